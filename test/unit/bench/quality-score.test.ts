import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnnotations, type JudgedQuery } from '../../../benchmarks/quality/collection.js';
import { covers, meanScore, scoreQuery, type RankedSpan } from '../../../benchmarks/quality/score.js';

const judged = (relevant: string[], neutral: string[] = []): JudgedQuery => ({
  query: 'price of a basket',
  category: 'semantic',
  relevant: relevant.map((path) => ({ path })),
  neutral: neutral.map((path) => ({ path })),
});
const ranking = (...paths: string[]): RankedSpan[] => paths.map((path) => [path, 1, 10]);

describe('scoreQuery', () => {
  it('gives 1 to a ranking with the only target on top', () => {
    expect(scoreQuery(judged(['shop/basket.ts']), ranking('shop/basket.ts', 'shop/till.ts'))).toEqual({
      ndcg10: 1,
      mrr10: 1,
      hit1: 1,
      hit5: 1,
    });
  });

  it('discounts the third rank by log2(4)', () => {
    const score = scoreQuery(judged(['basket.ts']), ranking('till.ts', 'fruit.ts', 'basket.ts'));
    expect(score.ndcg10).toBeCloseTo(0.5);
    expect(score.mrr10).toBeCloseTo(1 / 3);
    expect([score.hit1, score.hit5]).toEqual([0, 1]);
  });

  it('divides by the ideal of all targets when one of two is found', () => {
    const score = scoreQuery(judged(['basket.ts', 'till.ts']), ranking('till.ts'));
    expect(score.ndcg10).toBeCloseTo(1 / (1 + 1 / Math.log2(3)));
  });

  it('counts a target once, at its first hit, however often it is hit', () => {
    const score = scoreQuery(judged(['basket.ts', 'till.ts']), ranking('basket.ts', 'basket.ts', 'till.ts'));
    expect(score.ndcg10).toBeCloseTo((1 + 0.5) / (1 + 1 / Math.log2(3)));
  });

  it('gives one gain for two targets that share their first hit', () => {
    const targets: JudgedQuery = {
      ...judged([]),
      relevant: [
        { path: 'basket.ts', start_line: 1, end_line: 3 },
        { path: 'basket.ts', start_line: 5, end_line: 8 },
      ],
    };
    expect(scoreQuery(targets, ranking('basket.ts')).ndcg10).toBeCloseTo(1 / (1 + 1 / Math.log2(3)));
  });

  it('ignores what is found below the tenth rank', () => {
    const others = Array.from({ length: 10 }, (_, index) => `fruit-${index}.ts`);
    expect(scoreQuery(judged(['basket.ts']), ranking(...others, 'basket.ts'))).toEqual(meanScore([]));
  });

  it('takes hits that are only neutral out of the ranking before it counts ranks', () => {
    const query = judged(['basket.ts'], ['basket.test.ts']);
    expect(scoreQuery(query, ranking('basket.test.ts', 'basket.ts')).ndcg10).toBe(1);
  });

  it('gives 0 where nothing was found or nothing is relevant', () => {
    expect(scoreQuery(judged(['basket.ts']), [])).toEqual(meanScore([]));
    expect(scoreQuery(judged([]), ranking('basket.ts'))).toEqual(meanScore([]));
  });

  it('stays within 0..1 and never falls when a hit on a target not yet found replaces a miss', () => {
    const path = fc.constantFrom<string>('apple.ts', 'pear.ts', 'plum.ts', 'fig.ts', 'miss.ts');
    fc.assert(
      fc.property(fc.uniqueArray(path, { minLength: 1 }), fc.array(path, { maxLength: 12 }), (targets, found) => {
        const query = judged(targets.filter((target) => target !== 'miss.ts'));
        const before = scoreQuery(query, ranking(...found));
        for (const value of Object.values(before)) expect(value).toBeGreaterThanOrEqual(0);
        expect(before.ndcg10).toBeLessThanOrEqual(1);
        const missed = query.relevant.find((target) => !found.includes(target.path));
        const gap = found.indexOf('miss.ts');
        if (missed === undefined || gap < 0) return;
        const after = scoreQuery(query, ranking(...found.with(gap, missed.path)));
        expect(after.ndcg10).toBeGreaterThanOrEqual(before.ndcg10);
      }),
    );
  });
});

describe('covers', () => {
  it('matches paths by whole segments of a suffix, in both directions', () => {
    expect(covers(['src/basket.ts', 1, 2], { path: 'basket.ts' })).toBe(true);
    expect(covers(['basket.ts', 1, 2], { path: 'src/basket.ts' })).toBe(true);
    expect(covers(['src/fruit-basket.ts', 1, 2], { path: 'basket.ts' })).toBe(false);
  });

  it('wants overlapping lines where the target has lines', () => {
    const target = { path: 'basket.ts', start_line: 10, end_line: '20' };
    expect(covers(['basket.ts', 20, 30], target)).toBe(true);
    expect(covers(['basket.ts', 1, 10], target)).toBe(true);
    expect(covers(['basket.ts', 1, 9], target)).toBe(false);
    expect(covers(['basket.ts', 21, 30], target)).toBe(false);
    expect(covers(['basket.ts', 21, 30], { path: 'basket.ts', start_line: 10, end_line: null })).toBe(true);
  });
});

describe('parseAnnotations', () => {
  it('counts secondary targets as relevant in a list and as neutral in an object', () => {
    const query = { query: 'ripe fruit', relevant: ['fruit.ts'], secondary: [{ path: 'till.ts' }] };
    expect(parseAnnotations(JSON.stringify([query]))).toEqual([
      { query: 'ripe fruit', category: '?', relevant: [{ path: 'fruit.ts' }, { path: 'till.ts' }], neutral: [] },
    ]);
    expect(parseAnnotations(JSON.stringify({ queries: [{ ...query, category: 'symbol' }] }))).toEqual([
      { query: 'ripe fruit', category: 'symbol', relevant: [{ path: 'fruit.ts' }], neutral: [{ path: 'till.ts' }] },
    ]);
  });
});
