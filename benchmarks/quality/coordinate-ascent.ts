import { SIGNALS } from '../../src/search/signals.js';
import type { JudgedCandidates } from './judged-candidates.js';
import { meanOverRepositories, UNCHANGED, type Factors } from './weighing.js';

/** What a factor is multiplied by in one step: coarse on purpose, since a fine grid fits noise. */
const STEPS = [0, 0.5, 0.75, 1.33, 2];
/** Less than this is no gain. */
const LEAST_GAIN = 5e-4;
/** A prior may not turn a score around. */
const LOWEST_PRIOR = -0.95;

/**
 * Tunes one factor after the other on the given queries, as long as a round brings something: what a careful hand would do
 * with the table of weights. Deterministic.
 */
export function tune(queries: readonly JudgedCandidates[], rounds: number): Factors {
  let best: Factors = UNCHANGED;
  let bestScore = meanOverRepositories(queries, best);
  for (let round = 0; round < rounds; round++) {
    const before = bestScore;
    for (let i = 0; i < SIGNALS.length; i++) {
      const start = best[i]!;
      for (const step of STEPS) {
        const factors = best.map((factor, j) => (j === i ? start * step : factor));
        if (SIGNALS[i]!.role === 'prior' && SIGNALS[i]!.weight * factors[i]! < LOWEST_PRIOR) continue;
        const score = meanOverRepositories(queries, factors);
        if (score > bestScore + LEAST_GAIN) [best, bestScore] = [factors, score];
      }
    }
    if (bestScore - before < LEAST_GAIN) break;
  }
  return best;
}

/** For each repository its NDCG@10 with weights that were tuned, from the table's, on all the others. */
export function leaveOneOut(queries: readonly JudgedCandidates[], rounds: number): Map<string, number> {
  const names = [...new Set(queries.map(({ repository }) => repository))];
  return new Map(
    names.map((name) => {
      const factors = tune(
        queries.filter(({ repository }) => repository !== name),
        rounds,
      );
      const held = queries.filter(({ repository }) => repository === name);
      return [name, meanOverRepositories(held, factors)];
    }),
  );
}
