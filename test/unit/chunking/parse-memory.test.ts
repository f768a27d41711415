import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createChunker } from '../../../src/chunking/chunker.js';
import { ParseDeadline } from '../../../src/chunking/parse-deadline.js';
import { ParseMemory } from '../../../src/chunking/parse-memory.js';
import { LANGUAGES, languageOf } from '../../../src/shared/languages.js';
import { preparedGrammars } from './prepared-grammars.js';

const MIB = 2 ** 20;
const SAMPLES = fileURLToPath(new URL('../../../fixtures/languages', import.meta.url));
const LIMITS = { maxLines: 60, minLines: 12, maxChars: 2400, maxParseBytes: MIB, parseDeadlineMs: 5000 };

/** Memory that takes the given values of resident bytes, one after the other. */
function memoryOf(room: { treeBytes?: number; ceilingBytes?: number }, mib: readonly number[]): ParseMemory {
  const values = [...mib];
  return new ParseMemory({ treeBytes: Infinity, ceilingBytes: Infinity, ...room }, () => values.shift()! * MIB);
}

describe('the memory of a parse', () => {
  it('gives a tree up that outgrew what any tree may take, whatever there is', () => {
    const memory = memoryOf({}, [100, 356, 357]);
    expect([memory.isTreeTooLarge(), memory.isTreeTooLarge(), memory.isTreeTooLarge()]).toEqual([false, false, true]);
  });

  it('throws where growing as much again would be more than the room of the tree, or the ceiling of the process', () => {
    const crowded = memoryOf({ treeBytes: 30 * MIB }, [100, 115, 116]);
    expect([crowded.isTreeTooLarge(), crowded.isTreeTooLarge()]).toEqual([false, false]);
    expect(() => crowded.isTreeTooLarge()).toThrow('it needs more memory than is left');
    const full = memoryOf({ ceilingBytes: 200 * MIB }, [180, 190, 191]);
    expect([full.isTreeTooLarge(), full.isTreeTooLarge()]).toEqual([false, false]);
    expect(() => full.isTreeTooLarge()).toThrow('came to 191 MiB and may take 200 MiB');
  });

  it('lets a parse go on that only uses again what an earlier one has left', () => {
    const memory = memoryOf({ ceilingBytes: 200 * MIB }, [230, 230, 230]);
    expect([memory.isTreeTooLarge(), memory.isTreeTooLarge(), memory.isTreeTooLarge()]).toEqual([false, false, false]);
  });
});

describe('a parse that is looked at in between', () => {
  it.each(['kotlin', 'haskell', 'typescript'])('gives the tree of one that is not: %s', async (id) => {
    const language = LANGUAGES.find((known) => known.id === id)!;
    const sample = readdirSync(SAMPLES, { recursive: true, encoding: 'utf8' }).find(
      (name) => languageOf(name)?.id === id,
    )!;
    const text = Array.from({ length: 60 }, (_, copy) =>
      readFileSync(join(SAMPLES, sample), 'utf8').replaceAll('Fruit', `Fig${copy}`),
    ).join('\n');
    // The first look comes at once, and every next one after twice the time.
    const early = {
      get firstSliceMs() {
        return 1;
      },
      isTreeTooLarge: () => false,
    };
    const parser = (await preparedGrammars({ forceWasm: false })).parser(language.grammar!)!;
    const names = (deadline: ParseDeadline) =>
      parser.parse(text, deadline, (root) => {
        const found: string[] = [];
        if (root.gotoFirstChild())
          do found.push(`${root.nodeType} ${root.startIndex}-${root.endIndex}`);
          while (root.gotoNextSibling());
        return found;
      });
    expect(names(new ParseDeadline(60_000, undefined, early as unknown as ParseMemory))).toEqual(
      names(new ParseDeadline(60_000)),
    );
  });
});

describe('a parse that is broken off', () => {
  it('leaves the parser as if it had never been', async () => {
    const parser = (await preparedGrammars({ forceWasm: false })).parser('javascript')!;
    const text = 'const basket = { pear: [1, 2, 3] };\n'.repeat(4_000);
    const none = new ParseMemory({ treeBytes: -1, ceilingBytes: Infinity });
    expect(() => parser.parse(text, new ParseDeadline(1, undefined, none), () => 0)).toThrow('more memory');
    const end = (of: string) => parser.parse(of, new ParseDeadline(60_000), (root) => root.endIndex);
    expect([end('let fig = 1;\n'), end(text)]).toEqual([13, text.length]);
  });
});

describe('a text with more tokens than a tree should have', () => {
  it('is split by lines, one of the same length with fewer is not', async () => {
    const chunker = createChunker({ limits: LIMITS, grammars: await preparedGrammars({ forceWasm: false }) });
    const json = LANGUAGES.find(({ id }) => id === 'json')!;
    const rows = (row: string, count: number) => `[${Array.from({ length: count }, () => `[${row}]`).join(',\n')}]`;
    const dense = rows('1,2,3,4,5,6,7,8,9,0'.repeat(10).replaceAll('01', '0,1'), 2_200);
    const loose = rows('"elderberry"'.repeat(18).replaceAll('""', '","'), 2_200);
    expect(dense.length).toBeLessThan(loose.length);
    expect(chunker.chunk(dense, json)).toMatchObject({ method: 'lines', fallback: 'too-large' });
    expect(chunker.chunk(loose, json)).toMatchObject({ method: 'syntax' });
  });
});
