import { describe, expect, it } from 'vitest';
import { parseQuery, type QueryTerm } from '../../../src/search/query.js';
import { standInsFor, type TermDictionary } from '../../../src/search/term-expansion.js';
import { uniqueTerms } from '../chunking/unique-terms.js';

/** A dictionary of the terms of a text. */
function dictionaryOf(text: string): TermDictionary {
  const terms = uniqueTerms(text);
  return {
    has: (term) => terms.includes(term),
    startingWith: (prefix, limit) => terms.filter((term) => term.startsWith(prefix)).slice(0, limit),
  };
}

function standInTerms(query: string, text: string): QueryTerm[] {
  const { terms } = parseQuery(query);
  const dictionary = dictionaryOf(text);
  const missing = terms.filter(({ term }) => !dictionary.has(term));
  return standInsFor(missing, terms, dictionary);
}

function standIns(query: string, text: string): string[] {
  return standInTerms(query, text).map(({ term }) => term);
}

describe('what stands in for a term that the index does not hold', () => {
  it('is its short form, or what it is short for', () => {
    expect(standIns('cfg', 'the configuration of the shop')).toEqual(uniqueTerms('configuration'));
    expect(standIns('request handling', 'req handling')).toEqual(['req']);
  });

  it('is a longer word that it begins, where there is no other', () => {
    expect(standIns('pric fruit', 'pricelist fruit')).toEqual(['pricelist']);
    expect(standIns('pri fruit', 'pricelist fruit')).toEqual([]);
  });

  it('is nothing for a term that occurs, and counts less than what was typed', () => {
    expect(standIns('config', 'config cfg configuration')).toEqual([]);
    const [only] = standInTerms('cfg', 'config');
    expect(only!.emphasis).toBeLessThan(1);
  });
});
