import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { termsOf } from '../../../src/chunking/terms.js';
import { Vocabulary } from '../../../src/chunking/vocabulary.js';

/** Any UTF-16, also what is not well formed. */
const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) });
const sourceText = fc.string({ unit: fc.constantFrom(...'aZ_09éß苹果🍎 .') });

function learned(vocabulary: Vocabulary, text: string, start = 0, end = text.length): string[] {
  return idsOf(vocabulary, text, start, end).map((id) => vocabulary.terms[id]!);
}

function idsOf(vocabulary: Vocabulary, text: string, start = 0, end = text.length): number[] {
  const ids: number[] = [];
  vocabulary.forEachTerm(text, start, end, (id) => ids.push(id));
  return ids;
}

describe('a vocabulary', () => {
  it('gives the terms of any slice of any text, the first time and again', () => {
    const vocabulary = new Vocabulary();
    fc.assert(
      fc.property(fc.oneof(anyText, sourceText), fc.nat(), fc.nat(), (text, a, b) => {
        const [start, end] = [a % (text.length + 1), b % (text.length + 1)].sort((x, y) => x - y) as [number, number];
        const expected = termsOf(text.slice(start, end));
        expect(learned(vocabulary, text, start, end)).toEqual(expected);
        expect(learned(vocabulary, text, start, end)).toEqual(expected);
        expect(learned(vocabulary, `pears ${text.slice(start, end)} plums`, 6, 6 + end - start)).toEqual(expected);
      }),
    );
  });

  it('keeps its numbers while it grows past its first tables', () => {
    const vocabulary = new Vocabulary();
    const names = Array.from({ length: 70_000 }, (_, i) => `fruit${i.toString(36)}Crate`);
    const first = names.map((name) => idsOf(vocabulary, name).join());
    expect(names.findIndex((name, i) => idsOf(vocabulary, name).join() !== first[i])).toBe(-1);
    for (let i = 0; i < names.length; i += 997) expect(learned(vocabulary, names[i]!)).toEqual(termsOf(names[i]!));
    expect(new Set(vocabulary.terms)).toHaveLength(vocabulary.terms.length);
  });

  it('numbers each term once, as part of identifiers or by itself', () => {
    const vocabulary = new Vocabulary();
    const [id] = idsOf(vocabulary, 'apples');
    expect(vocabulary.idOf('appl')).toBe(id);
    expect(vocabulary.terms[vocabulary.idOf('Not Split')]).toBe('Not Split');
    expect(vocabulary.idOf('Not Split')).toBe(1);
  });

  it('is full after a quarter of a million identifiers and still works', () => {
    const vocabulary = new Vocabulary();
    for (let i = 0; i < 262_143; i++) idsOf(vocabulary, `${i}`);
    expect(vocabulary.isFull).toBe(false);
    idsOf(vocabulary, 'apple');
    expect(vocabulary.isFull).toBe(true);
    expect(learned(vocabulary, 'pearCount')).toEqual(['pearcount', 'pear', 'count']);
  });
});
