import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SortedTerms } from '../../../src/embedding/sorted-terms.js';
import { piecesOf } from '../../../src/embedding/term-pieces.js';

const FRUIT = ['app', 'apple', 'bas', 'basket', 'ket', 'mel', 'melon', 'pear', 'plum', 'pl'];
const table = SortedTerms.of(FRUIT);
const names = (term: string) => piecesOf(table, term).map((piece) => FRUIT[piece]);

const words = fc.uniqueArray(fc.stringMatching(/^[a-z0-9_]{1,6}$/), { minLength: 1, maxLength: 60 });

describe('sorted terms', () => {
  it('find the longest term at every place of a text, as a search through all of them does', () => {
    fc.assert(
      fc.property(words, fc.stringMatching(/^[a-z0-9_é]{0,12}$/), fc.nat(12), (terms, text, from) => {
        const sorted = terms.toSorted();
        const longest = sorted
          .filter((term) => text.startsWith(term, from))
          .reduce((best, term) => (term.length > best.length ? term : best), '');
        const found = SortedTerms.of(sorted).longestAt(text, from);
        expect(found && { term: sorted[found.term], length: found.length }).toEqual(
          longest === '' ? undefined : { term: longest, length: longest.length },
        );
      }),
    );
  });

  it('find nothing when there are none', () => {
    expect(SortedTerms.of([]).longestAt('apple', 0)).toBeUndefined();
  });
});

describe('the pieces of a term', () => {
  it('are the term itself where the table holds it', () => {
    for (const term of FRUIT) expect(names(term)).toEqual([term]);
  });

  it('are the longest terms from left to right', () => {
    expect(names('applebasket')).toEqual(['apple', 'basket']);
    expect(names('melonpear')).toEqual(['melon', 'pear']);
  });

  it('may leave out a little between them, but not much', () => {
    expect(names('applespear')).toEqual(['apple', 'pear']);
    expect(names('xxxxxapple')).toEqual([]);
  });

  it('have three letters at least, for shorter ones stand in words by accident', () => {
    expect(names('plpl')).toEqual([]);
  });

  it('are in order, stand in the term, and cover most of it', () => {
    fc.assert(
      fc.property(words, fc.stringMatching(/^[a-z0-9_]{1,24}$/), (terms, term) => {
        const sorted = terms.toSorted();
        const pieces = piecesOf(SortedTerms.of(sorted), term).map((piece) => sorted[piece]!);
        let at = 0;
        for (const piece of pieces) {
          const found = term.indexOf(piece, at);
          expect(found).toBeGreaterThanOrEqual(at);
          at = found + piece.length;
        }
        const covered = pieces.join('').length;
        if (pieces.length > 0) expect(covered).toBeGreaterThanOrEqual(term.length * 0.75);
      }),
    );
  });
});
