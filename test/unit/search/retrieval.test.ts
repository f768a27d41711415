import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FUSION_RANK_CONSTANT, fuse, type RankedList } from '../../../src/search/fusion.js';
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

describe('rank fusion', () => {
  const list: fc.Arbitrary<RankedList> = fc.record({
    chunks: fc
      .uniqueArray(fc.nat({ max: 30 }), { maxLength: 20 })
      .map((chunks) => chunks.map((chunk, rank) => ({ chunk, score: 100 - rank }))),
    weight: fc.double({ min: 0.01, max: 3, noNaN: true }),
  });
  const lists = fc.array(list, { minLength: 1, maxLength: 4 });

  it('gives every chunk of any list a score above 0 and up to 1', () => {
    fc.assert(
      fc.property(lists, (all) => {
        const fused = fuse(all);
        expect(new Set(fused.keys())).toEqual(new Set(all.flatMap(({ chunks }) => chunks.map(({ chunk }) => chunk))));
        for (const score of fused.values()) {
          expect(score).toBeGreaterThan(0);
          expect(score).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
    );
  });

  it('gives 1 to a chunk that is first everywhere', () => {
    const first = { chunk: 7, score: 1 };
    const fused = fuse([
      { chunks: [first, { chunk: 8, score: 0.5 }], weight: 1 },
      { chunks: [first], weight: 0.2 },
    ]);
    expect(fused.get(7)).toBeCloseTo(1, 12);
    expect(fused.get(8)).toBeCloseTo(1 / (FUSION_RANK_CONSTANT + 2) / (1.2 / (FUSION_RANK_CONSTANT + 1)), 12);
  });

  it('does not care which list comes first', () => {
    fc.assert(
      fc.property(lists, (all) => {
        const [forwards, backwards] = [fuse(all), fuse(all.toReversed())];
        for (const [chunk, score] of forwards) expect(backwards.get(chunk)).toBeCloseTo(score, 12);
      }),
    );
  });

  it('knows ranks only, and a better rank is never worth less', () => {
    fc.assert(
      fc.property(list, ({ chunks, weight }) => {
        const scores = [...fuse([{ chunks, weight }]).values()];
        expect(scores).toEqual(scores.toSorted((a, b) => b - a));
        const flat = chunks.map(({ chunk }) => ({ chunk, score: 1 }));
        expect(fuse([{ chunks: flat, weight }])).toEqual(fuse([{ chunks, weight }]));
      }),
    );
  });

  it('lets a chunk win by moving up in one list', () => {
    fc.assert(
      fc.property(lists, fc.nat(), (all, at) => {
        const [head, ...tail] = all as [RankedList, ...RankedList[]];
        fc.pre(head.chunks.length > 1);
        const place = 1 + (at % (head.chunks.length - 1));
        const chunks = [...head.chunks];
        [chunks[place - 1], chunks[place]] = [chunks[place]!, chunks[place - 1]!];
        const moved = chunks[place - 1]!.chunk;
        expect(fuse([{ ...head, chunks }, ...tail]).get(moved)!).toBeGreaterThan(fuse(all).get(moved)!);
      }),
    );
  });
});
