import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PathFactCache } from '../../../src/search/path-facts.js';
import { parseQuery, type QueryKind } from '../../../src/search/query.js';
import { scoreOf, SIGNALS, signalValues, weightsFor, type Candidate } from '../../../src/search/signals.js';

const KINDS: readonly QueryKind[] = ['name', 'path', 'message', 'prose'];
const share = fc.double({ min: 0, max: 1, noNaN: true });
const values = fc.array(share, { minLength: SIGNALS.length, maxLength: SIGNALS.length });
const kind = fc.constantFrom(...KINDS);

function candidate(path: string, more: Partial<Candidate> = {}): Candidate {
  const nothing = { lexical: 0, fileLexical: 0, similarity: 0, fileSimilarity: 0, phrase: 0 };
  return { ...nothing, file: new PathFactCache().of(path), kind: 'function', parent: '', names: [], ...more };
}

function valuesFor(text: string, one: Candidate): Record<string, number> {
  const query = parseQuery(text);
  const weights = new Map(query.terms.map(({ term }) => [term, 1]));
  const foldedTokens = query.tokens.map((token) => token.toLowerCase());
  const everything = new Float64Array(SIGNALS.length).fill(1);
  const found = signalValues(one, { ...query, weights, totalWeight: weights.size, foldedTokens }, everything);
  return Object.fromEntries(SIGNALS.map(({ name }, i) => [name, found[i]!]));
}

describe('the score', () => {
  it('is never below 0, and never falls when evidence grows', () => {
    fc.assert(
      fc.property(kind, values, fc.nat({ max: SIGNALS.length - 1 }), share, (queryKind, some, at, more) => {
        const weights = weightsFor(queryKind);
        const before = scoreOf(Float64Array.from(some), weights);
        const raised = scoreOf(Float64Array.from(some.with(at, Math.max(some[at]!, more))), weights);
        expect(before).toBeGreaterThanOrEqual(0);
        if (SIGNALS[at]!.role === 'evidence') expect(raised).toBeGreaterThanOrEqual(before - 1e-12);
        else expect(raised).toBeLessThanOrEqual(before + 1e-12);
      }),
    );
  });

  it('is 0 where nothing speaks for a chunk, whatever speaks against it', () => {
    const priors = SIGNALS.map(({ role }) => (role === 'prior' ? 1 : 0));
    for (const each of KINDS) expect(scoreOf(Float64Array.from(priors), weightsFor(each))).toBe(0);
  });
});

describe('the signals', () => {
  it('stay between 0 and 1 for any query and path', () => {
    const path = fc.constantFrom('src/till/prices.py', 'test/basket.test.ts', 'README.md', 'src/stock/index.ts', 'a');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.lorem()), path, fc.array(fc.string()), (text, where, names) => {
        const found = Object.entries(valuesFor(text, candidate(where, { names })));
        expect(found.filter(([, value]) => !(value >= 0 && value <= 1))).toEqual([]);
      }),
    );
  });

  it('know an exact name from one in another case, a class from its constructor, and the right owner', () => {
    const said = (text: string, more: Partial<Candidate>) =>
      valuesFor(text, candidate('src/shop.ts', more))['defines the name asked for']!;
    const exact = said('weigh', { names: ['weigh'] });
    expect(exact).toBe(1);
    expect(said('Weigh', { names: ['weigh'] })).toBeLessThan(exact);
    expect(said('weigh', { names: ['peel', 'weigh'] })).toBeLessThan(exact);
    expect(said('Basket', { names: ['Basket'], kind: 'constructor' })).toBeLessThan(1);
    expect(said('Basket.weigh', { names: ['weigh'], parent: 'shop.Basket' })).toBe(1);
    expect(said('Basket.weigh', { names: ['weigh'], parent: 'Crate' })).toBeLessThan(1);
  });

  it('put tests, examples, documents, data and declarations lower, unless tests or examples are asked for', () => {
    expect(valuesFor('weigh fruit', candidate('test/basket.test.ts'))['is a test']).toBe(1);
    expect(valuesFor('tests of weighing fruit', candidate('test/basket.test.ts'))['is a test']).toBe(0);
    expect(valuesFor('weigh', candidate('_examples/shop.go'))['is an example or vendored']).toBe(1);
    expect(valuesFor('example of a shop', candidate('examples/shop.go'))['is an example or vendored']).toBe(0);
    expect(valuesFor('weigh', candidate('README.md'))['is a document']).toBe(1);
    expect(valuesFor('weigh', candidate('prices.json'))['is data']).toBe(1);
    expect(valuesFor('weigh', candidate('src/shop.h'))['only declares']).toBe(1);
    expect(valuesFor('weigh', candidate('src/stock/index.ts'))['only passes on']).toBe(1);
    expect(valuesFor('weigh', candidate('src/stock/index.ts', { names: ['weigh'] }))['only passes on']).toBe(0);
  });

  it('find the file whose path is asked for', () => {
    const found = (text: string) => valuesFor(text, candidate('src/till/prices.py'))['is the path asked for'];
    expect(found('till/prices.py')).toBe(1);
    expect(found('./src/till/prices.py')).toBe(1);
    expect(found('src/till/prices')).toBe(0.5);
    expect(found('ill/prices.py')).toBe(0);
  });
});
