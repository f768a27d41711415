import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanTokens, termsOf } from '../../../src/chunking/terms.js';
import { Vocabulary } from '../../../src/chunking/vocabulary.js';

/** Any UTF-16, also what is not well formed. */
const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) });
const sourceText = fc.string({ unit: fc.constantFrom(...'aZ_09éß苹果🍎 .'), maxLength: 40 });

/** The ids of the terms of each token of a text. */
function idsOf(vocabulary: Vocabulary, text: string, from = 0, to = text.length): number[][] {
  const ids: number[][] = [];
  scanTokens(text, from, to, (start, end, hash, secondHash) => {
    const own: number[] = [];
    vocabulary.forEachTerm(text, start, end, hash, secondHash, (id) => own.push(id));
    ids.push(own);
  });
  return ids;
}

function learned(vocabulary: Vocabulary, text: string, from = 0, to = text.length): string[][] {
  return idsOf(vocabulary, text, from, to).map((ids) => ids.map((id) => vocabulary.terms[id]!));
}

function expected(text: string): string[][] {
  const terms: string[][] = [];
  scanTokens(text, 0, text.length, (start, end) => terms.push(termsOf(text.slice(start, end))));
  return terms;
}

describe('a vocabulary', () => {
  it('gives the terms of any part of any text, the first time and again', () => {
    const vocabulary = new Vocabulary();
    fc.assert(
      fc.property(fc.oneof(anyText, sourceText), fc.nat(), fc.nat(), (text, a, b) => {
        const [from, to] = [a % (text.length + 1), b % (text.length + 1)].sort((x, y) => x - y) as [number, number];
        const part = expected(text.slice(from, to));
        expect(learned(vocabulary, text, from, to)).toEqual(part);
        expect(learned(vocabulary, text, from, to)).toEqual(part);
        expect(learned(vocabulary, `pears ${text.slice(from, to)} plums`)).toEqual([
          ...expected('pears'),
          ...part,
          ...expected('plums'),
        ]);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps its numbers while it grows past its first tables', () => {
    const vocabulary = new Vocabulary();
    const text = Array.from({ length: 70_000 }, (_, i) => `fruit${i.toString(36)}Crate`).join(' ');
    const first = idsOf(vocabulary, text);
    expect(idsOf(vocabulary, text)).toEqual(first);
    expect(learned(vocabulary, text)).toEqual(expected(text));
    expect(new Set(vocabulary.terms)).toHaveLength(vocabulary.terms.length);
  });

  it('tells short identifiers apart, all of them', () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789'];
    const text = letters
      .flatMap((a) => letters.flatMap((b) => [`${a}${b}`, ...letters.map((c) => `${a}${b}${c}`)]))
      .join(' ');
    const vocabulary = new Vocabulary();
    expect(learned(vocabulary, text)).toEqual(expected(text));
  });

  it('numbers each term once, as part of identifiers or by itself', () => {
    const vocabulary = new Vocabulary();
    const [[id]] = idsOf(vocabulary, 'baskets') as [[number]];
    expect(vocabulary.idOf('basket')).toBe(id);
    expect(vocabulary.terms[vocabulary.idOf('Not Split')]).toBe('Not Split');
    expect(vocabulary.idOf('Not Split')).toBe(1);
  });

  it('is full after a quarter of a million identifiers and still works', () => {
    const vocabulary = new Vocabulary();
    idsOf(vocabulary, Array.from({ length: 262_143 }, (_, i) => `${i}`).join(' '));
    expect(vocabulary.isFull).toBe(false);
    idsOf(vocabulary, 'apple');
    expect(vocabulary.isFull).toBe(true);
    expect(learned(vocabulary, 'pearCount')).toEqual([['pearcount', 'pear', 'count']]);
  });
});
