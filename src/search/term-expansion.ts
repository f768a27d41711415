import { alternativesOf } from './abbreviations.js';
import type { QueryTerm } from './query.js';

/** Stands in for a typed term that the index does not hold. */
const STAND_IN_EMPHASIS = 0.5;
/** A prefix shorter than this begins too many terms. */
const MIN_PREFIX = 4;
/** At most so many terms for one prefix. */
const MAX_COMPLETIONS = 4;

/** What expansion asks of an index. */
export interface TermDictionary {
  /** True when some chunk holds the term. */
  has(term: string): boolean;
  /** Up to `limit` terms that begin with `prefix`, the most frequent first. */
  startingWith(prefix: string, limit: number): readonly string[];
}

/**
 * Terms that stand in for the `missing` ones, those typed which the index does not hold: how programmers shorten or spell
 * out the word (`cfg`, `config`), and where none of these occurs either, terms that the word begins. A term that occurs
 * needs no stand-in: there they were measured to cost more than they bring.
 */
export function standInsFor(
  missing: readonly QueryTerm[],
  typed: readonly QueryTerm[],
  dictionary: TermDictionary,
): QueryTerm[] {
  const known = new Set(typed.map(({ term }) => term));
  const found = missing.flatMap(({ term, emphasis }) => {
    const customary = alternativesOf(term).filter((other) => dictionary.has(other));
    const others =
      customary.length > 0 || term.length < MIN_PREFIX ? customary : dictionary.startingWith(term, MAX_COMPLETIONS);
    return others.map((other) => ({ term: other, emphasis: emphasis * STAND_IN_EMPHASIS }));
  });
  const distinct = new Map(found.filter(({ term }) => !known.has(term)).map((each) => [each.term, each]));
  return [...distinct.values()];
}
