import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SnippetCutter, type SnippetSource, type SnippetTerms } from '../../../src/search/snippet.js';
import { languageById } from '../../../src/shared/languages.js';
import { uniqueTerms } from '../chunking/unique-terms.js';

const TEXT = [
  'class Basket {',
  '  // carries fruit',
  '  weigh() {',
  '    return this.apples + this.pears;',
  '  }',
  '',
  '  price() {',
  '    return this.weigh() * pricePerKilogram;',
  '  }',
  '}',
  '',
].join('\n');

const cutter = new SnippetCutter();
const cut = (query: string, context: number, startLine = 1, endLine = 10) =>
  cutter.cut({ text: TEXT, startLine, endLine }, { terms: uniqueTerms(query) }, context);

/** Cuts from a chunk that is the whole text. */
function cutAll(lines: readonly string[], terms: SnippetTerms, context: number, more: Partial<SnippetSource> = {}) {
  return cutter.cut({ text: lines.join('\n'), startLine: 1, endLine: lines.length, ...more }, terms, context);
}

describe('a snippet', () => {
  it('is empty where the lines of the chunk are none', () => {
    for (const [startLine, endLine] of [
      [5, 4],
      [4_294_967_295, 3],
      [900, 4_294_967_295],
    ] as const) {
      expect(cut('pears', 2, startLine, endLine)).toMatchObject({ text: '', matchLines: [] });
    }
  });

  it('is the window with most of the terms', () => {
    expect(cut('pears kilogram', 0)).toEqual({
      text: '    return this.apples + this.pears;',
      line: 4,
      bestLine: 4,
      matchLines: [4],
    });
    expect(cut('weigh price', 1)).toMatchObject({ line: 7, bestLine: 8, matchLines: [7, 8] });
  });

  it('has its best line in the middle, where the chunk has room', () => {
    expect(cut('pears', 1)).toMatchObject({ line: 3, bestLine: 4, matchLines: [4] });
    expect(cut('basket', 1)).toMatchObject({ line: 1, bestLine: 1 });
    expect(cut('kilogram', 2)).toMatchObject({ line: 7, bestLine: 8 });
  });

  it('prefers one rare term to two common ones', () => {
    const lines = ['apple and pear', 'cherry', 'kiwi', 'durian'];
    const terms = uniqueTerms('apple pear durian');
    expect(cutAll(lines, { terms }, 0).line).toBe(1);
    expect(cutAll(lines, { terms, weights: [1, 1, 5] }, 0).line).toBe(4);
  });

  it('prefers the line that names the definition to other code, and code to comments', () => {
    const { comments } = languageById('typescript')!;
    const terms = { terms: uniqueTerms('weigh') };
    const lines = ['// How to weigh', '/* weigh', ' * weigh */', 'call(toWeigh);', 'function weigh() {}'];
    expect(cutAll(lines, terms, 0, { comments }).bestLine).toBe(4);
    expect(cutAll(lines, terms, 0, { comments, symbol: 'weigh' }).bestLine).toBe(5);
    expect(cutAll(lines, terms, 0).bestLine).toBe(1);
    expect(cutAll(lines.slice(0, 3), terms, 0, { comments }).bestLine).toBe(1);
  });

  it('begins the chunk where nothing matches, but with a line that says something', () => {
    const text = TEXT.split('\n').slice(0, 3).join('\n');
    expect(cut('mango', 1)).toEqual({ text, line: 1, bestLine: 1, matchLines: [] });
    expect(cutAll(['', '}', '', 'cherry', 'kiwi'], { terms: ['mango'] }, 0)).toMatchObject({ line: 4 });
  });

  it('is one line without context and the whole chunk with much', () => {
    expect(cut('price', 0)).toEqual({ text: '  price() {', line: 7, bestLine: 7, matchLines: [7] });
    expect(cut('price', 50)).toMatchObject({ line: 1, text: TEXT.trimEnd() });
  });

  it('has no blank lines at its ends', () => {
    expect(cut('weigh', 50, 3, 6).text.endsWith('  }')).toBe(true);
    expect(cutAll(['', '', 'apple', '', ''], { terms: uniqueTerms('apple') }, 2)).toMatchObject({
      text: 'apple',
      line: 3,
    });
  });

  const line = fc.constantFrom(
    'apple',
    'pear plum',
    '',
    '  ',
    'const kiwi = applePie;',
    '苹果',
    '\t}',
    '// plum, 苹果',
  );
  const chunk = fc.record({
    lines: fc.array(line, { minLength: 1, maxLength: 30 }),
    a: fc.nat(),
    b: fc.nat(),
    context: fc.nat({ max: 4 }),
    weights: fc.option(fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 4, maxLength: 4 })),
  });
  const query = uniqueTerms('apple plum 苹果');
  const cutSome = ({ lines, a, b, context, weights }: typeof chunk extends fc.Arbitrary<infer T> ? T : never) => {
    const [startLine, endLine] = [1 + (a % lines.length), 1 + (b % lines.length)].sort((x, y) => x - y) as [
      number,
      number,
    ];
    const terms = { terms: query, ...(weights && { weights: weights.slice(0, query.length) }) };
    const source = { startLine, endLine, comments: languageById('go')!.comments };
    return { startLine, endLine, snippet: cutAll(lines, terms, context, source) };
  };

  it('stays within the lines of its chunk, its matches and its best line within its lines', () => {
    fc.assert(
      fc.property(chunk, (sample) => {
        const { startLine, endLine, snippet } = cutSome(sample);
        const { lines, context } = sample;
        const shown = snippet.text.split('\n');
        const lastLine = snippet.line + shown.length - 1;
        expect(shown.length).toBeLessThanOrEqual(2 * context + 1);
        expect(snippet.line).toBeGreaterThanOrEqual(startLine);
        expect(lastLine).toBeLessThanOrEqual(endLine);
        expect(shown).toEqual(lines.slice(snippet.line - 1, lastLine));
        expect(snippet.bestLine).toBeGreaterThanOrEqual(snippet.line);
        expect(snippet.bestLine).toBeLessThanOrEqual(lastLine);
        const matching = shown.flatMap((text, i) => (/apple|plum|苹果/.test(text) ? [snippet.line + i] : []));
        expect(snippet.matchLines).toEqual(matching);
      }),
    );
  });

  it('says at least as much as any line of the chunk, and says it where its best line is', () => {
    fc.assert(
      fc.property(chunk, (sample) => {
        const { startLine, endLine, snippet } = cutSome({ ...sample, weights: null });
        const says = (text: string) => [/apple/, /plum/, /苹果/].filter((word) => word.test(text)).length;
        const inChunk = sample.lines.slice(startLine - 1, endLine);
        expect(says(snippet.text)).toBeGreaterThanOrEqual(Math.max(...inChunk.map(says)));
        const best = sample.lines[snippet.bestLine - 1]!;
        expect(says(best)).toBe(Math.max(...snippet.text.split('\n').map(says)));
      }),
    );
  });

  it('has a blank line at an end only where it has no other line', () => {
    fc.assert(
      fc.property(chunk, (sample) => {
        const shown = cutSome(sample).snippet.text.split('\n');
        if (shown.length > 1) expect([shown[0]!.trim(), shown.at(-1)!.trim()]).not.toContain('');
      }),
    );
  });

  it('is empty, not some other place, where the file has become shorter than the chunk', () => {
    const nothing = { text: '', line: 40, bestLine: 40, matchLines: [] };
    expect(cut('basket', 1, 40, 50)).toEqual(nothing);
    expect(cutter.cut({ text: '', startLine: 40, endLine: 49 }, { terms: ['apple'] }, 2)).toEqual(nothing);
  });
});
