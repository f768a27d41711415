import { rank } from '../../src/search/ranking.js';
import { SIGNALS, weightsFor } from '../../src/search/signals.js';
import type { JudgedCandidates } from './judged-candidates.js';
import { DEPTH, discountedGain } from './score.js';

/** Hits of one file, as the product's default has it. */
const HITS_PER_FILE = 3;

/** One factor per signal, in the order of `SIGNALS`: what its weight for every kind of query is multiplied by. */
export type Factors = readonly number[];

/** The weights as they are. */
export const UNCHANGED: Factors = SIGNALS.map(() => 1);

/** NDCG@10 of one query when the signals' weights are multiplied by factors. */
export function ndcgOf({ candidates, kind, idealGain }: JudgedCandidates, factors: Factors): number {
  if (idealGain === 0) return 0;
  const weights = weightsFor(kind).map((weight, i) => weight * factors[i]!);
  const hits = rank(candidates, weights, { limit: 2 * DEPTH, hitsPerFile: HITS_PER_FILE });
  let seen = 0;
  const ranks: number[] = [];
  hits
    .filter(({ isNeutral }) => !isNeutral)
    .slice(0, DEPTH)
    .forEach(({ covered }, position) => {
      if ((covered & ~seen) !== 0) ranks.push(position);
      seen |= covered;
    });
  return discountedGain(ranks) / idealGain;
}

/** Mean NDCG@10 over repositories, each of which weighs the same. */
export function meanOverRepositories(queries: readonly JudgedCandidates[], factors: Factors): number {
  return mean([...ndcgBy(queries, factors, ({ repository }) => repository).values()]);
}

/** Mean NDCG@10 by some key of the queries. */
export function ndcgBy(
  queries: readonly JudgedCandidates[],
  factors: Factors,
  keyOf: (query: JudgedCandidates) => string,
): Map<string, number> {
  const groups = new Map<string, number[]>();
  for (const query of queries) {
    const key = keyOf(query);
    groups.set(key, [...(groups.get(key) ?? []), ndcgOf(query, factors)]);
  }
  return new Map([...groups].map(([key, scores]) => [key, mean(scores)]));
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
