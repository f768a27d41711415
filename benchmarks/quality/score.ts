import type { JudgedQuery, Target } from './collection.js';

/** A hit as result files keep it: path, first line, last line (1-based, inclusive). */
export type RankedSpan = readonly [path: string, startLine: number, endLine: number];

/** Result files: repository name -> query -> hits, best first. */
export type Rankings = Readonly<Record<string, Readonly<Record<string, readonly RankedSpan[]>>>>;

/** How deep a ranking is looked at. */
export const DEPTH = 10;

/** Scores of one ranking, each in 0..1. */
export interface QueryScore {
  /** Normalised discounted cumulative gain of the first ten hits (Järvelin and Kekäläinen, 2002), binary gains. */
  readonly ndcg10: number;
  /** Reciprocal of the rank of the first relevant hit among the first ten, else 0. */
  readonly mrr10: number;
  readonly hit1: number;
  readonly hit5: number;
}

/**
 * Scores hits (best first) against one judged query. A hit covers a target when their paths match by suffix and, where the
 * target has lines, the ranges overlap. Each target counts once, at the first hit that covers it; two targets at one hit
 * give one gain, while the ideal ranking has every target at a rank of its own.
 */
export function scoreQuery(judged: JudgedQuery, hits: readonly RankedSpan[]): QueryScore {
  const ranking = hits.filter((hit) => !isNeutral(judged, hit));
  const ranks = judged.relevant
    .map((target) => ranking.findIndex((hit) => covers(hit, target)))
    .filter((rank) => rank >= 0 && rank < DEPTH);
  const ideal = idealGain(judged);
  const first = Math.min(...ranks);
  return {
    ndcg10: ideal === 0 ? 0 : discountedGain([...new Set(ranks)]) / ideal,
    mrr10: ranks.length === 0 ? 0 : 1 / (1 + first),
    hit1: first < 1 ? 1 : 0,
    hit5: first < 5 ? 1 : 0,
  };
}

/** True when the hit's path matches the target's by suffix and its lines overlap those of the target, if it has any. */
export function covers([path, startLine, endLine]: RankedSpan, target: Target): boolean {
  if (!pathsMatch(path, target.path)) return false;
  const [first, last] = [target.start_line ?? null, target.end_line ?? null];
  if (first === null || last === null) return true;
  return endLine >= Number(first) && startLine <= Number(last);
}

/** Mean of each score; zeros for an empty list. */
export function meanScore(scores: readonly QueryScore[]): QueryScore {
  const mean = (pick: (score: QueryScore) => number) =>
    scores.length === 0 ? 0 : scores.reduce((sum, score) => sum + pick(score), 0) / scores.length;
  return {
    ndcg10: mean((score) => score.ndcg10),
    mrr10: mean((score) => score.mrr10),
    hit1: mean((score) => score.hit1),
    hit5: mean((score) => score.hit5),
  };
}

function isNeutral(judged: JudgedQuery, hit: RankedSpan): boolean {
  return judged.neutral.some((target) => covers(hit, target)) && !judged.relevant.some((target) => covers(hit, target));
}

function pathsMatch(left: string, right: string): boolean {
  return left === right || left.endsWith(`/${right}`) || right.endsWith(`/${left}`);
}

/** Gain of the ranking that has every target on top, as far as it is looked at. */
export function idealGain({ relevant }: JudgedQuery): number {
  return discountedGain(Array.from({ length: Math.min(DEPTH, relevant.length) }, (_, rank) => rank));
}

/** Sum of the discounts of distinct ranks, the first of which is 0. */
export function discountedGain(ranks: readonly number[]): number {
  return ranks.reduce((sum, rank) => sum + 1 / Math.log2(rank + 2), 0);
}
