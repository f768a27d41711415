import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEmbedder, embedderIdentity } from '../../../src/embedding/create-embedder.js';
import type { WeightedTerms } from '../../../src/embedding/embedder.js';
import { StaticEmbedder } from '../../../src/embedding/static-embedder.js';

const embedder = new StaticEmbedder();
const FRUIT = ['apple', 'pear', 'plum', 'cherry', 'quince', 'mango', 'lime', 'fig', 'grape', 'melon', 'kiwi', 'papaya'];
const TOOLS = ['hammer', 'saw', 'drill', 'chisel', 'plane', 'vice', 'wrench', 'file', 'clamp', 'level', 'rasp', 'awl'];

const weightedTerms = fc
  .uniqueArray(
    fc.record({ term: fc.string({ minLength: 1 }), weight: fc.double({ min: 0.1, max: 20, noNaN: true }) }),
    {
      minLength: 1,
      maxLength: 40,
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
  it('gives equal input equal vectors, in every instance', () => {
    const other = new StaticEmbedder();
    fc.assert(
      fc.property(weightedTerms, (input) => {
        expect(other.embedTerms(input)).toEqual(embedder.embedTerms(input));
      }),
    );
  });

  it('embeds a batch in order', async () => {
    const batch = [evenly(FRUIT), evenly([]), evenly(TOOLS)];
    expect(await embedder.embed(batch)).toEqual(batch.map((input) => embedder.embedTerms(input)));
  });

  it('has vectors of its dimensions and of one length, whatever the terms and weights', () => {
    const unit = Math.sqrt(dot(embedder.embedTerms(evenly(FRUIT)), embedder.embedTerms(evenly(FRUIT))));
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
    const once = embedder.embedTerms(evenly(FRUIT));
    expect(cosine(once, embedder.embedTerms({ terms: FRUIT, weights: FRUIT.map(() => 7) }))).toBeGreaterThan(0.999);
    const heavy = embedder.embedTerms({ terms: FRUIT, weights: FRUIT.map((_, i) => (i === 0 ? 50 : 1)) });
    const apple = embedder.embedTerms(evenly(['apple']));
    expect(cosine(heavy, apple)).toBeGreaterThan(cosine(once, apple));
  });

  it('finds sets of terms nearer the more they share', () => {
    const whole = embedder.embedTerms(evenly(FRUIT));
    const mostly = embedder.embedTerms(evenly([...FRUIT.slice(2), ...TOOLS.slice(0, 2)]));
    const half = embedder.embedTerms(evenly([...FRUIT.slice(6), ...TOOLS.slice(0, 6)]));
    const none = embedder.embedTerms(evenly(TOOLS));
    expect(cosine(whole, mostly)).toBeGreaterThan(cosine(whole, half));
    expect(cosine(whole, half)).toBeGreaterThan(cosine(whole, none));
    expect(Math.abs(cosine(whole, none))).toBeLessThan(0.3);
  });

  it('gives unrelated terms nearly orthogonal vectors, as a random projection does', () => {
    const vectors = Array.from({ length: 400 }, (_, i) => embedder.embedTerms(evenly([`crate${i.toString(36)}`])));
    let [count, sum, squares] = [0, 0, 0];
    vectors.forEach((a, i) => {
      for (const b of vectors.slice(i + 1)) {
        const similarity = cosine(a, b);
        // Two terms of one row of the table.
        if (similarity > 0.999) continue;
        [count, sum, squares] = [count + 1, sum + similarity, squares + similarity ** 2];
      }
    });
    expect(count).toBeGreaterThan(79_000);
    expect(sum / count).toBeCloseTo(0, 2);
    expect(Math.sqrt(squares / count)).toBeCloseTo(1 / Math.sqrt(embedder.dimensions), 2);
  });

  it('leaves out terms without weight', () => {
    expect(embedder.embedTerms({ terms: ['apple', 'saw'], weights: [1, 0] })).toEqual(
      embedder.embedTerms(evenly(['apple'])),
    );
    expect(embedder.embedTerms({ terms: FRUIT, weights: FRUIT.map(() => 0) })).toEqual(embedder.embedTerms(evenly([])));
  });

  it('answers nothing with a zero vector', () => {
    expect(embedder.embedTerms(evenly([])).every((value) => value === 0)).toBe(true);
  });

  it('holds against thousands of terms with the greatest weights', () => {
    const terms = Array.from({ length: 5_000 }, () => 'apple');
    const heavy = embedder.embedTerms({ terms, weights: terms.map(() => 1e9) });
    expect(cosine(heavy, embedder.embedTerms(evenly(['apple'])))).toBeGreaterThan(0.999);
  });

  it('names itself by what makes its vectors: a change of either must be seen here', () => {
    const vector = embedder.embedTerms(evenly(FRUIT));
    expect({ identity: embedder.identity, vector: [...vector.subarray(0, 8)] }).toMatchInlineSnapshot(`
      {
        "identity": "builtin-hashed-v2-128",
        "vector": [
          -6,
          -18,
          -2,
          6,
          1,
          -42,
          29,
          37,
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
