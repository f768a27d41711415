import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEmbedder, embedderIdentity } from '../../../src/embedding/create-embedder.js';
import type { WeightedTerms } from '../../../src/embedding/embedder.js';
import { StaticEmbedder } from '../../../src/embedding/static-embedder.js';

const embedder = new StaticEmbedder();
/** Terms that the shipped model has rows for. */
const STORE = ['fil', 'disk', 'block', 'flush', 'mount', 'pag', 'read', 'writ', 'cach', 'buff', 'byt', 'sync'];
const SCREEN = [
  'color',
  'font',
  'pixel',
  'scroll',
  'click',
  'button',
  'layout',
  'margin',
  'mous',
  'them',
  'icon',
  'pan',
];

const weightedTerms = fc
  .uniqueArray(
    fc.record({ term: fc.constantFrom(...STORE, ...SCREEN), weight: fc.double({ min: 0.1, max: 20, noNaN: true }) }),
    {
      minLength: 1,
      maxLength: 24,
      selector: ({ term }) => term,
    },
  )
  .map((pairs) => ({ terms: pairs.map(({ term }) => term), weights: pairs.map(({ weight }) => weight) }));

function evenly(terms: readonly string[]): WeightedTerms {
  return { terms, weights: terms.map(() => 1) };
}

function dot(a: Int8Array, b: Int8Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function cosine(a: Int8Array, b: Int8Array): number {
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

describe('the static embedder', () => {
  it('has a row for every term of these tests', () => {
    expect([...STORE, ...SCREEN].filter((term) => embedder.rowOf(term) < 0)).toEqual([]);
  });

  it('gives equal input equal vectors, in every instance', () => {
    const other = new StaticEmbedder();
    fc.assert(
      fc.property(weightedTerms, (input) => {
        expect(other.embedTerms(input)).toEqual(embedder.embedTerms(input));
      }),
    );
  });

  it('embeds a batch in order', async () => {
    const batch = [evenly(STORE), evenly([]), evenly(SCREEN)];
    expect(await embedder.embed(batch)).toEqual(batch.map((input) => embedder.embedTerms(input)));
  });

  it('has vectors of its dimensions and of one length, whatever the terms and weights', () => {
    const unit = Math.sqrt(dot(embedder.embedTerms(evenly(STORE)), embedder.embedTerms(evenly(STORE))));
    fc.assert(
      fc.property(weightedTerms, (input) => {
        const vector = embedder.embedTerms(input);
        expect(vector).toHaveLength(embedder.dimensions);
        expect(Math.sqrt(dot(vector, vector)) / unit).toBeCloseTo(1, 1);
        expect(Math.min(...vector)).toBeGreaterThan(-128);
      }),
    );
  });

  it('does not care for the order of terms', () => {
    fc.assert(
      fc.property(weightedTerms, ({ terms, weights }) => {
        const backwards = { terms: terms.toReversed(), weights: weights.toReversed() };
        expect(embedder.embedTerms(backwards)).toEqual(embedder.embedTerms({ terms, weights }));
      }),
    );
  });

  it('cares for weights only relative to each other', () => {
    const once = embedder.embedTerms(evenly(STORE));
    expect(cosine(once, embedder.embedTerms({ terms: STORE, weights: STORE.map(() => 7) }))).toBeGreaterThan(0.999);
    const heavy = embedder.embedTerms({ terms: STORE, weights: STORE.map((_, i) => (i === 0 ? 50 : 1)) });
    const file = embedder.embedTerms(evenly(['fil']));
    expect(cosine(heavy, file)).toBeGreaterThan(cosine(once, file));
  });

  it('finds sets of terms nearer the more they share', () => {
    const whole = embedder.embedTerms(evenly(STORE));
    const mostly = embedder.embedTerms(evenly([...STORE.slice(2), ...SCREEN.slice(0, 2)]));
    const half = embedder.embedTerms(evenly([...STORE.slice(6), ...SCREEN.slice(0, 6)]));
    const none = embedder.embedTerms(evenly(SCREEN));
    expect(cosine(whole, mostly)).toBeGreaterThan(cosine(whole, half));
    expect(cosine(whole, half)).toBeGreaterThan(cosine(whole, none));
    expect(Math.abs(cosine(whole, none))).toBeLessThan(0.3);
  });

  it('gives terms that it does not know nearly orthogonal vectors, so that they match themselves only', () => {
    const vectors = Array.from({ length: 100 }, (_, i) =>
      embedder.embedTerms(evenly([`nosuchcrate${i.toString(36)}`])),
    );
    let [count, sum, squares] = [0, 0, 0];
    vectors.forEach((a, i) => {
      for (const b of vectors.slice(i + 1)) {
        const similarity = cosine(a, b);
        // Two terms of one hashed row.
        if (similarity > 0.999) continue;
        [count, sum, squares] = [count + 1, sum + similarity, squares + similarity ** 2];
      }
    });
    expect(count).toBeGreaterThan(4_900);
    expect(sum / count).toBeCloseTo(0, 1);
    expect(Math.sqrt(squares / count)).toBeCloseTo(1 / Math.sqrt(embedder.dimensions), 2);
  });

  it('leaves out terms without weight', () => {
    expect(embedder.embedTerms({ terms: ['fil', 'font'], weights: [1, 0] })).toEqual(
      embedder.embedTerms(evenly(['fil'])),
    );
    expect(embedder.embedTerms({ terms: STORE, weights: STORE.map(() => 0) })).toEqual(embedder.embedTerms(evenly([])));
  });

  it('answers nothing with a zero vector', () => {
    expect(embedder.embedTerms(evenly([])).every((value) => value === 0)).toBe(true);
  });

  it('holds against thousands of terms with the greatest weights', () => {
    const terms = Array.from({ length: 5_000 }, () => 'fil');
    const heavy = embedder.embedTerms({ terms, weights: terms.map(() => 1e9) });
    expect(cosine(heavy, embedder.embedTerms(evenly(['fil'])))).toBeGreaterThan(0.999);
  });

  it('names itself by what makes its vectors: a change of either must be seen here', () => {
    const vector = embedder.embedTerms(evenly(STORE));
    expect({ identity: embedder.identity, vector: [...vector.subarray(0, 8)] }).toMatchInlineSnapshot(`
      {
        "identity": "builtin-static-v1-128-9321bd6e6d7d",
        "vector": [
          -24,
          2,
          51,
          33,
          37,
          58,
          22,
          -9,
        ],
      }
    `);
    expect(embedder.identity).toContain(`${embedder.dimensions}`);
    expect(embedder.dimensions % 128).toBe(0);
  });
});

describe('the choice of an embedder', () => {
  it('makes the built-in one, or none', () => {
    expect(createEmbedder('builtin')).toBeInstanceOf(StaticEmbedder);
    expect(createEmbedder('none')).toBeUndefined();
  });

  it('tells the identity without making one, different for every choice', () => {
    expect(embedderIdentity('builtin')).toBe(embedder.identity);
    expect(embedderIdentity('none')).not.toBe(embedder.identity);
  });
});
