import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inverseDocumentFrequency, topScores } from '../../../src/search/lexical.js';
import { nearest } from '../../../src/search/vectors.js';

describe('the inverse document frequency', () => {
  it('is never negative and falls as a term gets more common', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.nat(), fc.nat(), (documents, a, b) => {
        const [rare, common] = [a % (documents + 1), b % (documents + 1)].sort((x, y) => x - y) as [number, number];
        const weight = inverseDocumentFrequency(documents, common);
        expect(weight).toBeGreaterThan(0);
        expect(inverseDocumentFrequency(documents, rare)).toBeGreaterThanOrEqual(weight);
      }),
    );
  });

  it('is the formula of BM25', () => {
    expect(inverseDocumentFrequency(100, 10)).toBeCloseTo(Math.log(1 + 90.5 / 10.5), 12);
  });
});

describe('the best scores', () => {
  it('are those that sorting everything would give, ties in order', () => {
    const score = fc.oneof(fc.constant(0), fc.integer({ min: -2, max: 5 }), fc.float({ min: 0, max: 10, noNaN: true }));
    fc.assert(
      fc.property(fc.array(score, { maxLength: 200 }), fc.integer({ min: 1, max: 50 }), (values, limit) => {
        const scores = Float32Array.from(values);
        const sorted = [...scores]
          .map((value, chunk) => ({ chunk, score: value }))
          .filter((item) => item.score > 0)
          .sort((a, b) => b.score - a.score || a.chunk - b.chunk);
        expect(topScores(scores, limit)).toEqual(sorted.slice(0, limit));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the nearest by distance', () => {
  it('are those that sorting everything would give', () => {
    const maximum = 128;
    const distances = fc.array(fc.oneof(fc.nat({ max: maximum }), fc.constantFrom(0, 7, maximum)), { maxLength: 200 });
    fc.assert(
      fc.property(distances, fc.nat({ max: 60 }), (values, count) => {
        const sorted = values
          .map((distance, i) => ({ distance, i }))
          .sort((a, b) => a.distance - b.distance || a.i - b.i);
        const expected = sorted.slice(0, count).map(({ i }) => i);
        const found = nearest(Uint16Array.from(values), maximum, count);
        expect(found.toSorted((a, b) => a - b)).toEqual(expected.toSorted((a, b) => a - b));
      }),
      { numRuns: 500 },
    );
  });
});
