import type { StaticEmbedder } from '../embedding/static-embedder.js';
import type { LexicalRetriever, TermLookup } from './lexical.js';
import type { Query } from './query.js';
import type { WeighedQuery } from './signals.js';
import { standInsFor } from './term-expansion.js';

/** Looks up the terms of a query: those typed first, then joined neighbours, then stand-ins for what is not there. */
export function lookUp(query: Query, lexical: LexicalRetriever): TermLookup {
  const written = [...query.terms, ...query.joined];
  const lookup = lexical.lookup(written);
  const missing = query.terms.filter((_, i) => lookup.weights[i] === 0);
  const standIns = missing.length === 0 ? [] : standInsFor(missing, query.terms, lexical);
  return standIns.length === 0 ? lookup : lexical.lookup([...written, ...standIns]);
}

/** The query with the weights of the terms that occur. */
export function weighQuery(query: Query, { terms, weights }: TermLookup): WeighedQuery {
  const known = terms.flatMap((term, i) => (weights[i]! > 0 ? [[term, weights[i]!] as const] : []));
  const totalWeight = weights.slice(0, query.terms.length).reduce((sum, weight) => sum + weight, 0);
  const foldedTokens = [...new Set(query.tokens.map((token) => token.toLowerCase()))];
  return { ...query, weights: new Map(known), totalWeight, foldedTokens };
}

/**
 * The terms that were typed, for an embedder. Its rows know how telling a term is, and what is near to one that does not
 * occur; a term that neither the index nor the embedder knows would only add noise.
 */
export function typedTerms(
  { terms }: Query,
  { weights }: TermLookup,
  embedder: StaticEmbedder,
): { readonly terms: readonly string[]; readonly weights: readonly number[] } {
  const known = terms.filter(({ term }, i) => weights[i]! > 0 || embedder.knows(term));
  return { terms: known.map(({ term }) => term), weights: known.map(({ emphasis }) => emphasis) };
}
