import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SnippetCutter } from '../../../src/search/snippet.js';
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
  cutter.cut(TEXT, startLine, endLine, uniqueTerms(query), context);

describe('a snippet', () => {
  it('is the window with most of the terms', () => {
    expect(cut('pears kilogram', 0)).toEqual({
      text: '    return this.apples + this.pears;',
      line: 4,
      matchLines: [4],
    });
    expect(cut('weigh price', 1)).toMatchObject({ line: 6, matchLines: [7, 8] });
  });

  it('is the first of equal windows', () => {
    expect(cut('pears', 1)).toMatchObject({ line: 2, matchLines: [4] });
  });

  it('begins the chunk where nothing matches', () => {
    expect(cut('mango', 1)).toEqual({ text: TEXT.split('\n').slice(0, 3).join('\n'), line: 1, matchLines: [] });
  });

  it('is one line without context and the whole chunk with much', () => {
    expect(cut('price', 0)).toEqual({ text: '  price() {', line: 7, matchLines: [7] });
    expect(cut('price', 50)).toMatchObject({ line: 1, text: TEXT.trimEnd() });
  });

  it('has no blank lines at its end', () => {
    expect(cut('weigh', 50, 3, 6).text.endsWith('  }')).toBe(true);
  });

  it('stays within the lines of its chunk, and its matches within its lines', () => {
    const line = fc.constantFrom('apple', 'pear plum', '', '  ', 'const kiwi = applePie;', '苹果', '\t}');
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 30 }),
        fc.nat(),
        fc.nat(),
        fc.nat({ max: 4 }),
        (lines, a, b, context) => {
          const [start, end] = [1 + (a % lines.length), 1 + (b % lines.length)].sort((x, y) => x - y) as [
            number,
            number,
          ];
          const snippet = cutter.cut(lines.join('\n'), start, end, uniqueTerms('apple plum 苹果'), context);
          const shown = snippet.text.split('\n');
          expect(shown.length).toBeLessThanOrEqual(2 * context + 1);
          expect(snippet.line).toBeGreaterThanOrEqual(start);
          expect(snippet.line + shown.length - 1).toBeLessThanOrEqual(end);
          expect(shown).toEqual(lines.slice(snippet.line - 1, snippet.line - 1 + shown.length));
          const matching = shown.flatMap((text, i) => (/apple|plum|苹果/.test(text) ? [snippet.line + i] : []));
          expect(snippet.matchLines).toEqual(matching);
        },
      ),
    );
  });

  it('is empty, not some other place, where the file has become shorter than the chunk', () => {
    expect(cut('basket', 1, 40, 50)).toEqual({ text: '', line: 40, matchLines: [] });
    expect(cutter.cut('', 3, 9, ['apple'], 2)).toEqual({ text: '', line: 3, matchLines: [] });
  });
});
