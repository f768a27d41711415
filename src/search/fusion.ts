import type { ScoredChunk } from './lexical.js';

/** One retriever's answer, best first, and how much its word counts. */
export interface RankedList {
  readonly chunks: readonly ScoredChunk[];
  readonly weight: number;
}

/** Damps the difference between the first ranks; the value of G. V. Cormack, C. Clarke and S. Buettcher, 2009. */
export const FUSION_RANK_CONSTANT = 60;

/**
 * Reciprocal rank fusion: a chunk scores the sum of weight / (constant + rank) over the lists that hold it, rank from 1.
 * The result is scaled so that a chunk that is first in every list scores 1.
 */
export function fuse(lists: readonly RankedList[]): Map<number, number> {
  const fused = new Map<number, number>();
  const best = lists.reduce((sum, { weight }) => sum + weight / (FUSION_RANK_CONSTANT + 1), 0);
  for (const { chunks, weight } of lists) {
    chunks.forEach(({ chunk }, rank) => {
      fused.set(chunk, (fused.get(chunk) ?? 0) + weight / (FUSION_RANK_CONSTANT + rank + 1) / best);
    });
  }
  return fused;
}
