import type { WeighedCandidate } from './candidates.js';
import { scoreOf } from './signals.js';

/** A ranked candidate with its final score, and what the score was multiplied by for hits of the same file before it. */
export type Ranked<T extends WeighedCandidate> = T & { readonly score: number; readonly repeat: number };

/** How many hits are wanted, and how many of them one file may have. */
export interface RankingLimits {
  readonly limit: number;
  readonly hitsPerFile: number;
}

/** Each further hit of one file counts this much of the one before: other files come first. */
const SAME_FILE_DECAY = 0.2;

/**
 * Scores the candidates by the weights of their signals and picks the hits, best first. Further hits of a file sink, and
 * those beyond `hitsPerFile` are dropped.
 */
export function rank<T extends WeighedCandidate>(
  candidates: readonly T[],
  weights: Float64Array,
  { limit, hitsPerFile }: RankingLimits,
): Ranked<T>[] {
  const scored = candidates.map((candidate) => ({ candidate, score: scoreOf(candidate.values, weights) }));
  scored.sort(
    (a, b) =>
      b.score - a.score || comparePaths(a.candidate.path, b.candidate.path) || a.candidate.order - b.candidate.order,
  );
  const seen = new Map<string, number>();
  return scored
    .flatMap(({ candidate, score }) => {
      const before = seen.get(candidate.path) ?? 0;
      seen.set(candidate.path, before + 1);
      const repeat = SAME_FILE_DECAY ** before;
      return before < hitsPerFile ? [{ candidate, score: score * repeat, repeat }] : [];
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ candidate, score, repeat }) => ({ ...candidate, score, repeat }));
}

function comparePaths(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
