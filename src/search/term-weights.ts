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
  const foldedTokens = [...new Set(query.tokens.map((token) => token.toLowerCase()))];
  return { ...query, weights: new Map(known), totalWeight, foldedTokens };
}

/** The terms that were typed, for an embedder: its rows know how telling a term is, and what is near to one that is not there. */
export function typedTerms({ terms }: Query): {
  readonly terms: readonly string[];
  readonly weights: readonly number[];
} {
  return { terms: terms.map(({ term }) => term), weights: terms.map(({ emphasis }) => emphasis) };
}
