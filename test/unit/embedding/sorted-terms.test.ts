import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SortedTerms } from '../../../src/embedding/sorted-terms.js';

const words = fc.uniqueArray(fc.stringMatching(/^[a-z0-9_]{1,6}$/), { minLength: 1, maxLength: 60 });

describe('sorted terms', () => {
  it('find every term of theirs, and no other', () => {
    fc.assert(
      fc.property(words, fc.stringMatching(/^[a-z0-9_\u00e9]{0,8}$/), (terms, stranger) => {
        const sorted = terms.toSorted();
        const table = SortedTerms.of(sorted);
        for (const term of [...sorted, stranger]) expect(table.find(term)).toBe(sorted.indexOf(term));
      }),
    );
  });

  it('find nothing when there are none', () => {
    expect(SortedTerms.of([]).find('apple')).toBe(-1);
  });
});
