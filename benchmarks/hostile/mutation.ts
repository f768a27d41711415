import type { Random } from '../../src/bench/corpus/random.js';

/** Something done to bytes, with its name. */
type Mutation = readonly [name: string, apply: (bytes: Buffer, random: Random, other: Buffer) => Buffer];

/** Longest result: beyond it a file is skipped without being read. */
const MAX_BYTES = 1024 * 1024;

const TOKENS = [
  ...['(', '[', '{', '<', '"', "'", '`', '/*', '*/', '//', '#', '<!--', '-->', '"""', "'''", '\\', '${', '#{', '%w('],
  ...[
    '<<EOF\n',
    '@',
    '=>',
    '->',
    '::',
    ';',
    ',',
    ':',
    '\t',
    ' ',
    '\n',
    '\r\n',
    '\r',
    '\0',
    '\ufeff',
    '\u2028',
    '\u202e',
  ],
  ...[
    'if ',
    'class ',
    'def ',
    'fn ',
    'function ',
    'namespace ',
    'template<',
    '---\n',
    '- ',
    '? ',
    '&a ',
    '*a ',
    '!!x ',
  ],
  ...[
    '🍎',
    'é',
    '果',
    '\ud83c',
    '0',
    '9'.repeat(40),
    '1e999',
    'R"(',
    '=begin\n',
    '__END__\n',
    '<?php ',
    '?>',
    '<script>',
  ],
];

export const MUTATIONS: readonly Mutation[] = [
  ['flip', (bytes, random) => edited(bytes, random, (copy, at) => (copy[at]! ^= 1 << random.integer(0, 7)))],
  ['overwrite', (bytes, random) => edited(bytes, random, (copy, at) => (copy[at] = random.integer(0, 255)))],
  ['extreme', (bytes, random) => edited(bytes, random, (copy, at) => (copy[at] = random.pick([0, 0x7f, 0x80, 0xff])))],
  ['delete', (bytes, random) => spliced(bytes, ...range(bytes, random), Buffer.alloc(0))],
  ['duplicate', (bytes, random) => spliced(bytes, ...insertion(bytes, random), piece(bytes, random))],
  ['splice', (bytes, random, other) => spliced(bytes, ...range(bytes, random), piece(other, random))],
  ['insert', (bytes, random) => spliced(bytes, ...insertion(bytes, random), Buffer.from(random.pick(TOKENS)))],
  ['cut', (bytes, random) => bytes.subarray(0, random.integer(0, bytes.length))],
  ['repeat', (bytes, random) => spliced(bytes, ...insertion(bytes, random), repeated(random.pick(TOKENS), random))],
  ['repeat-piece', (bytes, random) => spliced(bytes, ...insertion(bytes, random), repeatedPiece(bytes, random))],
  ['nest', (bytes, random) => nested(bytes, random)],
  ['join-lines', (bytes) => Buffer.from(bytes.toString('latin1').replace(/\r?\n/g, ' '), 'latin1')],
  ['shuffle-lines', (bytes, random) => shuffled(bytes, random)],
  ['drop-quotes', (bytes, random) => without(bytes, random, /["'`]/g)],
  ['drop-closings', (bytes, random) => without(bytes, random, /[)\]}>]|\*\/|-->|\bend\b/g)],
];

/** Applies one to four mutations; returns the bytes and the names. */
export function mutated(
  bytes: Buffer,
  random: Random,
  other: Buffer,
): { readonly bytes: Buffer; readonly how: string } {
  const names: string[] = [];
  let result = bytes;
  for (let rounds = random.integer(1, 4); rounds > 0; rounds--) {
    const [name, apply] = random.pick(MUTATIONS);
    result = apply(result, random, other);
    names.push(name);
  }
  return { bytes: result.subarray(0, MAX_BYTES), how: names.join('+') };
}

function edited(bytes: Buffer, random: Random, edit: (copy: Buffer, at: number) => void): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length === 0) return copy;
  for (let count = random.integer(1, 16); count > 0; count--) edit(copy, random.integer(0, copy.length - 1));
  return copy;
}

function spliced(bytes: Buffer, start: number, end: number, inserted: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, start), inserted, bytes.subarray(end)]);
}

function range(bytes: Buffer, random: Random): [start: number, end: number] {
  const start = random.integer(0, bytes.length);
  return [start, Math.min(bytes.length, start + random.integer(0, random.pick([4, 64, bytes.length])))];
}

function insertion(bytes: Buffer, random: Random): [start: number, end: number] {
  const at = random.integer(0, bytes.length);
  return [at, at];
}

function piece(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(...range(bytes, random));
}

function repeated(token: string, random: Random): Buffer {
  return Buffer.from(token.repeat(Math.min(random.pick([10, 300, 5_000, 60_000, 400_000]), MAX_BYTES / token.length)));
}

function repeatedPiece(bytes: Buffer, random: Random): Buffer {
  const part = piece(bytes, random);
  if (part.length === 0) return part;
  const times = Math.min(random.pick([3, 50, 2_000, 50_000]), Math.floor(MAX_BYTES / part.length));
  return Buffer.from(part.toString('latin1').repeat(times), 'latin1');
}

function nested(bytes: Buffer, random: Random): Buffer {
  const [open, close] = random.pick([
    ...[
      ['(', ')'],
      ['[', ']'],
      ['{', '}'],
      ['<a>', '</a>'],
      ['if(x){', '}'],
      ['a(', ')'],
      ['{a:', '}'],
      ['- ', ''],
    ],
    ...[
      ['/*', '*/'],
      ['"${', '}"'],
      ['((lambda x: ', '))'],
      ['class A{', '}'],
      ['<', '>'],
      ['do ', ' end'],
      ['!', ''],
    ],
  ] as const);
  const levels = Math.floor(Math.min(random.pick([50, 1_000, 30_000, 250_000]), MAX_BYTES / 2 / (open.length + 1)));
  const [at] = insertion(bytes, random);
  return spliced(bytes, at, at, Buffer.from(open.repeat(levels) + (random.chance(0.5) ? close.repeat(levels) : '')));
}

function shuffled(bytes: Buffer, random: Random): Buffer {
  const lines = bytes.toString('latin1').split('\n');
  for (let at = lines.length - 1; at > 0; at--) {
    const other = random.integer(0, at);
    [lines[at], lines[other]] = [lines[other]!, lines[at]!];
  }
  return Buffer.from(lines.join('\n'), 'latin1');
}

function without(bytes: Buffer, random: Random, pattern: RegExp): Buffer {
  return Buffer.from(
    bytes.toString('latin1').replace(pattern, (match) => (random.chance(0.3) ? '' : match)),
    'latin1',
  );
}
