/**
 * What a setting may be. One kind reads all spellings of a value: text from flags and variables, any JSON value from a
 * file, typed values from the library.
 */
export interface ValueKind<T> {
  /** What is allowed, in words that complete "allowed: …". */
  readonly allowed: string;
  /** Placeholder of the flag's argument; undefined for a switch, which takes none. */
  readonly argument: string | undefined;
  /** True where a flag may be repeated and a variable holds several values. */
  readonly isList: boolean;
  /** True for a path of the file system, which is resolved against the place it was written at. */
  readonly isPath: boolean;
  /** The value meant by `raw`, or undefined where it is not allowed. */
  parse(raw: unknown): T | undefined;
}

function kind<T>(
  allowed: string,
  argument: string | undefined,
  parse: ValueKind<T>['parse'],
  marks: { isList?: boolean; isPath?: boolean } = {},
): ValueKind<T> {
  return { allowed, argument, parse, isList: marks.isList ?? false, isPath: marks.isPath ?? false };
}

function toNumber(raw: unknown): number | undefined {
  if (typeof raw === 'number') return raw;
  if (typeof raw !== 'string' || !/^[+-]?\d+(\.\d+)?$/.test(raw.trim())) return undefined;
  return Number(raw);
}

function within(value: number | undefined, min: number, max: number): number | undefined {
  return value !== undefined && value >= min && value <= max ? value : undefined;
}

/** A whole number in [min, max]. */
export function wholeNumber(min: number, max: number): ValueKind<number> {
  return kind(`a whole number from ${min} to ${max}`, '<n>', (raw) => {
    const value = within(toNumber(raw), min, max);
    return Number.isInteger(value) ? value : undefined;
  });
}

/** A number in [min, max]. */
export function decimal(min: number, max: number): ValueKind<number> {
  return kind(`a number from ${min} to ${max}`, '<x>', (raw) => within(toNumber(raw), min, max));
}

/** Either the word `auto` or what another kind allows. */
export function orAuto<T>(other: ValueKind<T>): ValueKind<T | 'auto'> {
  return orWord('auto', other);
}

/** Either the word `none` or what another kind allows. */
export function orNone<T>(other: ValueKind<T>): ValueKind<T | 'none'> {
  return orWord('none', other);
}

function orWord<Word extends string, T>(word: Word, other: ValueKind<T>): ValueKind<T | Word> {
  return kind<T | Word>(`\`${word}\` or ${other.allowed}`, other.argument, (raw) =>
    raw === word ? word : other.parse(raw),
  );
}

const BYTES_OF_UNIT: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Number of bytes in a size such as `512mb`, `1.5 GiB` or `1048576`; undefined where it is no size. Units are powers of 1024. */
export function parseBytes(raw: unknown): number | undefined {
  if (typeof raw === 'number') return raw;
  if (typeof raw !== 'string') return undefined;
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(raw.trim());
  return match ? Math.round(Number(match[1]) * BYTES_OF_UNIT[match[2]!.toLowerCase()]!) : undefined;
}

/** A number of bytes of at least `min`; `minText` says that bound for people. */
export function byteSize(min: number, minText: string): ValueKind<number> {
  return kind(`a size of at least ${minText}, such as \`512mb\`, \`2gb\` or \`1GiB\``, '<size>', (raw) => {
    const value = within(parseBytes(raw), min, Number.MAX_SAFE_INTEGER);
    return Number.isInteger(value) ? value : undefined;
  });
}

const ON_WORDS = new Set(['true', '1', 'yes', 'on']);
const OFF_WORDS = new Set(['false', '0', 'no', 'off']);

/** Yes or no. */
export const onOrOff: ValueKind<boolean> = kind('`true` or `false`', undefined, (raw) => {
  if (typeof raw === 'boolean') return raw;
  const word = typeof raw === 'string' ? raw.toLowerCase() : '';
  if (ON_WORDS.has(word)) return true;
  return OFF_WORDS.has(word) ? false : undefined;
});

/** One of some words. `switchWords` says which word the switch forms (`true`, `false`) of the setting mean. */
export function oneOf<Word extends string>(
  words: readonly Word[],
  switchWords: { readonly on?: Word; readonly off?: Word } = {},
): ValueKind<Word> {
  const allowed = words.map((word) => `\`${word}\``).join(', ');
  return kind(`one of ${allowed}`, '<word>', (raw) => {
    if (raw === true || raw === 'true') return switchWords.on;
    if (raw === false || raw === 'false') return switchWords.off;
    return words.find((word) => word === raw);
  });
}

/** A path of the file system. */
export const filePath: ValueKind<string> = kind(
  'a path',
  '<dir>',
  (raw) => (typeof raw === 'string' && raw !== '' && !raw.includes('\0') ? raw : undefined),
  { isPath: true },
);

/** Glob patterns. Text holds several of them with commas between; a comma within braces belongs to the pattern. */
export const globList: ValueKind<readonly string[]> = kind(
  'glob patterns: text with commas between, or a list in a file',
  '<glob>',
  (raw) => {
    const parts: unknown[] = Array.isArray(raw) ? raw : [raw];
    if (!parts.every((part): part is string => typeof part === 'string')) return undefined;
    const patterns = parts.flatMap(splitOutsideBraces);
    return patterns.some((pattern) => pattern === '' || pattern.includes('\0')) ? undefined : patterns;
  },
  { isList: true },
);

function splitOutsideBraces(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    else if (text[at] === '}') depth = Math.max(0, depth - 1);
    else if (text[at] === ',' && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map((part) => part.trim());
}
