import type { LexicalRetriever, TermLookup } from './lexical.js';
import type { Query } from './query.js';
import type { WeighedQuery } from './signals.js';
import { standInsFor } from './term-expansion.js';

/** Looks up the terms of a query: those typed first, then joined neighbours, then stand-ins for what is not there. */
export function lookUp(query: Query, lexical: LexicalRetriever): TermLookup {
  return lexical.lookup([...query.terms, ...query.joined, ...standInsFor(query.terms, lexical)]);
}

/** The query with the weights of the terms that occur. */
export function weighQuery(query: Query, { terms, weights }: TermLookup): WeighedQuery {
  const known = terms.flatMap((term, i) => (weights[i]! > 0 ? [[term, weights[i]!] as const] : []));
  const totalWeight = weights.slice(0, query.terms.length).reduce((sum, weight) => sum + weight, 0);
  return { ...query, weights: new Map(known), totalWeight };
}

/** The terms that were typed, for an embedder. One that does not occur in the index can still be near to what does. */
export function typedTerms(
  query: Query,
  { terms, weights }: TermLookup,
): { readonly terms: readonly string[]; readonly weights: readonly number[] } {
  const count = query.terms.length;
  return { terms: terms.slice(0, count), weights: weights.slice(0, count) };
}
