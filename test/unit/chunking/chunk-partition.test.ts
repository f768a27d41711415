import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createChunker, type Chunker, type ChunkedText } from '../../../src/chunking/chunker.js';
import { LANGUAGES, type Language } from '../../../src/shared/languages.js';
import { LANGUAGE_FIXTURES } from './language-fixtures.js';
import { isParsedHere, preparedGrammars } from './prepared-grammars.js';
import { CHUNK_LIMITS } from './chunk-limits.js';

const limits = { ...CHUNK_LIMITS, maxLines: 12, minLines: 3, maxChars: 400 };
const language = fc.constantFrom<(Language | undefined)[]>(undefined, ...LANGUAGE_FIXTURES.map((it) => it.language));
const line = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '# pears', '{', '}', 'def sell(kg):', 'class Shop {', '```', '---', '<ul>', '/*', '"""', '\t\r'),
);
const text = fc.array(line, { maxLength: 60 }).map((lines) => lines.join('\n'));

/** Real source with some lines removed, doubled or replaced: grammars must live with half-written files. */
const mutated = fc
  .record({
    fixture: fc.constantFrom(...LANGUAGE_FIXTURES),
    edits: fc.array(fc.record({ at: fc.nat(80), drop: fc.nat(4), insert: fc.array(line, { maxLength: 3 }) }), {
      maxLength: 5,
    }),
  })
  .map(({ fixture, edits }) => {
    const lines = fixture.text.split('\n');
    for (const { at, drop, insert } of edits) lines.splice(at % lines.length, drop, ...insert);
    return { language: fixture.language, text: lines.join('\n') };
  });

function lineCount(content: string): number {
  return content === '' ? 0 : content.split('\n').length - (content.endsWith('\n') ? 1 : 0);
}

function expectPartition(content: string, { chunks }: ChunkedText): void {
  let next = 1;
  for (const chunk of chunks) {
    expect(chunk.startLine).toBe(next);
    expect(chunk.endLine).toBeGreaterThanOrEqual(chunk.startLine);
    next = chunk.endLine + 1;
  }
  expect(next).toBe(lineCount(content) + 1);
}

describe('chunks', () => {
  let chunker: Chunker;
  beforeAll(async () => {
    chunker = createChunker({ limits, grammars: await preparedGrammars() });
  });

  it('hold every line of any text exactly once', () => {
    fc.assert(fc.property(text, language, (content, of) => expectPartition(content, chunker.chunk(content, of))));
  });

  it('hold every line of half-written sources exactly once', () => {
    fc.assert(
      fc.property(mutated, ({ text: content, language: of }) => expectPartition(content, chunker.chunk(content, of))),
      { numRuns: 300 },
    );
  });

  it('keep the size limits, but for single lines', () => {
    fc.assert(
      fc.property(mutated, ({ text: content, language: of }) => {
        const lines = content.split('\n');
        for (const { startLine, endLine } of chunker.chunk(content, of).chunks) {
          expect(endLine - startLine + 1).toBeLessThanOrEqual(limits.maxLines + limits.minLines);
          const chars = lines.slice(startLine - 1, endLine).join('\n').length;
          if (endLine > startLine) {
            expect(chars).toBeLessThanOrEqual(limits.maxChars * (1 + limits.minLines / limits.maxLines));
          }
        }
      }),
    );
  });

  it('name their symbol among their names, and no name twice', () => {
    fc.assert(
      fc.property(mutated, ({ text: content, language: of }) => {
        for (const { symbol, names } of chunker.chunk(content, of).chunks) {
          expect(new Set(names).size).toBe(names.length);
          expect(symbol === '' ? names.length === 0 : names.includes(symbol)).toBe(true);
        }
      }),
    );
  });

  it('are the same the second time', () => {
    fc.assert(
      fc.property(mutated, ({ text: content, language: of }) => {
        expect(chunker.chunk(content, of)).toEqual(chunker.chunk(content, of));
      }),
      { numRuns: 50 },
    );
  });

  it('are none in an empty file', () => {
    for (const of of [undefined, ...LANGUAGES]) expect(chunker.chunk('', of).chunks).toEqual([]);
  });
});

describe('sources that would hurt a parser', () => {
  let chunker: Chunker;
  beforeAll(async () => {
    chunker = createChunker({ limits: CHUNK_LIMITS, grammars: await preparedGrammars() });
  });
  const ofLanguage = (id: string) => LANGUAGES.find((language) => language.id === id);

  it('fall back to lines when a line is very long, whatever the language', () => {
    const content = `basket = ${'["pear"]'.repeat(50_000)}\n`;
    for (const { language: of } of LANGUAGE_FIXTURES.filter((it) => it.language.grammar !== undefined)) {
      const fallback = isParsedHere(of.id) ? 'too-large' : 'no-grammar';
      expect(chunker.chunk(content, of)).toMatchObject({ method: 'lines', fallback });
    }
  });

  it('survive nesting deeper than any stack', () => {
    const content = '[\n'.repeat(100_000);
    expectPartition(content, chunker.chunk(content, ofLanguage('typescript')));
    expectPartition(
      content,
      chunker.chunk(`${content}${']\n'.repeat(100_000)}`.slice(0, content.length), ofLanguage('python')),
    );
  });

  it('do not abort the process with YAML of hundreds of levels', () => {
    const content = Array.from({ length: 600 }, (_, level) => `${' '.repeat(level)}crate:\n`).join('');
    expect(chunker.chunk(content, ofLanguage('yaml'))).toMatchObject({ method: 'lines', fallback: 'parse-failed' });
  });

  it('are read as C++ in a header that says so', () => {
    const header = 'namespace shop {\nclass Basket {\n public:\n  double weigh() const;\n};\n}\n';
    expect(chunker.chunk(header, ofLanguage('c')).chunks[0]?.names).toEqual(['shop', 'Basket', 'weigh']);
    expect(chunker.chunk('struct basket { int kg; };\n', ofLanguage('c')).chunks[0]?.names).toEqual(['basket', 'kg']);
  });

  it('are given up at the deadline', async () => {
    const hasty = createChunker({
      limits: { ...CHUNK_LIMITS, parseDeadlineMs: 1 },
      grammars: await preparedGrammars(),
    });
    const content = 'export const pear = { kg: 1, price: [1, 2, 3] };\n'.repeat(15_000);
    expect(hasty.chunk(content, ofLanguage('typescript'))).toMatchObject({ method: 'lines', fallback: 'given-up' });
    expect(hasty.chunk('const plum = 1;\n', ofLanguage('typescript')).chunks[0]?.names).toEqual(['plum']);
  });
});
