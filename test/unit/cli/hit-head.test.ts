import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeColors } from '../../../src/cli/colors.js';
import { hitHead } from '../../../src/cli/hit-head.js';
import { displayWidth } from '../../../src/cli/terminal-text.js';
import type { SearchHit } from '../../../src/search/search-result.js';

const hit: SearchHit = {
  path: 'packages/warehouse/src/stock/counting/quarterly-stocktake.service.ts',
  startLine: 108,
  endLine: 1164,
  kind: 'constructor',
  symbol: 'constructor',
  parent: 'QuarterlyStocktakeService',
  score: 12.3456,
  fresh: 'fresh',
  snippet: '',
  snippetLine: 108,
  bestLine: 108,
  matchLines: [],
};

const head = (columns: number, more: Partial<SearchHit> = {}, isTerminal = true) =>
  hitHead({ ...hit, ...more }, { colors: makeColors(false), columns, isTerminal });

describe('the head line of a hit', () => {
  test('is whole where it fits, and where nobody watches', () => {
    const whole = `${hit.path}:108-1164  QuarterlyStocktakeService.constructor (constructor)  12.346`;
    expect(head(200)).toBe(whole);
    expect(head(40, {}, false)).toBe(whole);
    expect(head(200, { fresh: 'gone' })).toBe(`${whole}  gone (deleted since it was indexed)`);
  });

  test('loses the reason, then parts of path and name, then score, name and kind', () => {
    const short = { path: 'src/basket.ts', parent: '', symbol: 'weigh', fresh: 'stale' } as const;
    expect(head(80, { ...short, fresh: 'fresh' })).toBe('src/basket.ts:108-1164  weigh (constructor)  12.346');
    expect(head(80, short)).toBe('src/basket.ts:108-1164  weigh (constructor)  12.346  stale');
    expect([80, 60, 50, 36, 20].map((columns) => head(columns))).toMatchInlineSnapshot(`
      [
        "p…/quarterly-stocktake.service.ts:108-1164  QuarterlyStocktakeSer… (constructor)",
        "packag…/quarterly-stocktake.service.ts:108-1164  constructor",
        "packages/…/quarterly-stocktake.service.ts:108-1164",
        "…terly-stocktake.service.ts:108-1164",
        "…service.ts:108-1164",
      ]
    `);
  });

  test('fits any terminal, with the line numbers whole, and with the end of the path where there is room for it', () => {
    const name = fc.stringMatching(/^[a-zA-Z_日本]{0,60}$/);
    const sample = fc.record({
      path: fc.stringMatching(/^([a-z0-9日本_-]{1,30}\/){0,6}[a-z日本]{1,60}\.ts$/),
      symbol: name,
      parent: name,
      startLine: fc.integer({ min: 1, max: 99_999 }),
      fresh: fc.constantFrom('fresh', 'stale', 'gone'),
      kind: fc.constantFrom('function', 'constructor', 'text'),
    });
    fc.assert(
      fc.property(sample, fc.integer({ min: 20, max: 200 }), ({ startLine, ...more }, columns) => {
        const lines = `:${startLine}-${startLine + 9}`;
        const shown = head(columns, { ...more, startLine, endLine: startLine + 9 } as SearchHit);
        expect(displayWidth(shown)).toBeLessThanOrEqual(columns);
        expect(shown).toContain(lines);
        const path = shown.slice(0, shown.indexOf(lines));
        expect(more.path.endsWith(path.slice(path.indexOf('…') + 1))).toBe(true);
      }),
    );
  });
});
