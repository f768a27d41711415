import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SearchHit } from '../../../src/search/search-result.js';
import { estimateTokens, fitTokens } from '../../../src/search/token-budget.js';

function hitOf(path: string, lines: readonly string[], best: number): SearchHit {
  return {
    ...{ path, startLine: 1, endLine: 60, kind: 'function', symbol: 'pick', parent: '', score: 1, fresh: 'fresh' },
    snippet: lines.join('\n'),
    snippetLine: 20,
    bestLine: 20 + best,
    matchLines: [20 + best],
  };
}

/** As a report prints it: a head line, then the lines of the snippet, each with a gutter, and a blank line. */
function printed({ path, snippet, snippetLine }: SearchHit): string {
  const lines = snippet === '' ? [] : snippet.split('\n');
  return [path, ...lines.map((line, i) => `  ${snippetLine + i} ${line}`), '', ''].join('\n');
}

const fit = (hits: readonly SearchHit[], maxTokens: number) => fitTokens(hits, maxTokens, (hit) => printed(hit).length);
const tokensOf = (hits: readonly SearchHit[]) => estimateTokens(hits.map(printed).join('').length);

const word = fc.constantFrom('', '  ', 'apple', 'a basket of pears', 'x'.repeat(70));
const hit = fc
  .record({
    path: fc.constantFrom('a.ts', 'src/stock/basket.ts'),
    lines: fc.array(word, { minLength: 1, maxLength: 9 }),
    at: fc.nat(),
  })
  // The best line of a snippet is never blank, unless all are.
  .filter(({ lines, at }) => lines[at % lines.length]!.trim() !== '' || lines.length === 1)
  .map(({ path, lines, at }) => hitOf(path, lines, at % lines.length));
const hits = fc.array(hit, { minLength: 1, maxLength: 8 });
const budget = fc.integer({ min: 1, max: 400 });

describe('an answer within a budget', () => {
  it('never takes more, except that the first head line is always there', () => {
    fc.assert(
      fc.property(hits, budget, (all, tokens) => {
        const { hits: shown } = fit(all, tokens);
        expect(shown.length).toBeGreaterThan(0);
        if (tokensOf(shown) > tokens) {
          expect(shown).toHaveLength(1);
          expect(shown[0]!.snippet).toBe('');
        }
      }),
    );
  });

  it('keeps the hits from the first one on, each with a part of its snippet that holds the best line', () => {
    fc.assert(
      fc.property(hits, budget, (all, tokens) => {
        fit(all, tokens).hits.forEach((shown, i) => {
          const whole = all[i]!;
          expect({ ...shown, snippet: '', snippetLine: 0, matchLines: [] }).toEqual({
            ...{ ...whole, snippet: '', snippetLine: 0, matchLines: [] },
          });
          if (shown.snippet === '') return;
          const offset = shown.snippetLine - whole.snippetLine;
          const lines = shown.snippet.split('\n');
          expect(lines).toEqual(whole.snippet.split('\n').slice(offset, offset + lines.length));
          expect(lines[whole.bestLine - shown.snippetLine]).toBeDefined();
          expect(shown.bestLine).toBeGreaterThanOrEqual(shown.snippetLine);
        });
      }),
    );
  });

  it('never shows fewer hits, nor less in all, for a larger budget', () => {
    fc.assert(
      fc.property(hits, budget, budget, (all, a, b) => {
        const [smaller, larger] = [fit(all, Math.min(a, b)).hits, fit(all, Math.max(a, b)).hits];
        expect(larger.length).toBeGreaterThanOrEqual(smaller.length);
        expect(larger.map(printed).join('').length).toBeGreaterThanOrEqual(smaller.map(printed).join('').length);
      }),
      { numRuns: 1000 },
    );
  });

  it('tells exactly what is missing, and nothing where nothing is', () => {
    const lineCount = (some: readonly SearchHit[]) =>
      some.reduce((sum, { snippet }) => sum + (snippet === '' ? 0 : snippet.split('\n').length), 0);
    fc.assert(
      fc.property(hits, budget, (all, tokens) => {
        const { hits: shown, truncated } = fit(all, tokens);
        expect(truncated?.hitsLeftOut ?? 0).toBe(all.length - shown.length);
        expect(truncated?.linesLeftOut ?? 0).toBe(lineCount(all.slice(0, shown.length)) - lineCount(shown));
        if (truncated === undefined) expect(shown).toEqual(all);
        expect(fit(all, 10_000)).toEqual({ hits: all });
      }),
    );
  });

  it('shortens snippets before it leaves out a hit, and all of them alike', () => {
    const lines = Array.from({ length: 9 }, (_, i) => `apple ${i} on the table`);
    const all = [hitOf('a.ts', lines, 4), hitOf('b.ts', lines, 0), hitOf('c.ts', lines, 8)];
    const { hits: shown, truncated } = fit(all, 70);
    const shownLines = shown.map(({ snippet }) => snippet.split('\n').length);
    expect(shown).toHaveLength(3);
    expect(Math.max(...shownLines) - Math.min(...shownLines)).toBeLessThanOrEqual(1);
    expect(
      shown.map(({ snippet }) => snippet.split('\n').filter((line) => /apple [048] /.test(line)).length),
    ).not.toContain(0);
    expect(truncated).toEqual({ hitsLeftOut: 0, linesLeftOut: 27 - shownLines.reduce((sum, n) => sum + n, 0) });
  });

  it('keeps matching lines longer than others, and ends with no blank line', () => {
    const whole = { ...hitOf('a.ts', ['pear', 'apple', '', 'apple', '', 'kiwi'], 3), matchLines: [21, 23] };
    const seen = new Set(Array.from({ length: 40 }, (_, tokens) => fit([whole], tokens + 1).hits[0]!.snippet));
    expect([...seen]).toEqual(['', 'apple', 'apple\n\napple', 'apple\n\napple\n\nkiwi', whole.snippet]);
  });
});
