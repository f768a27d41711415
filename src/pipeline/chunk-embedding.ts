import type { ChunkTerms } from '../chunking/term-counter.js';
import { StaticEmbedder, type TermRows } from '../embedding/static-embedder.js';
import { FIELD_PATH, FIELD_SYMBOL, MAX_BODY_COUNT } from '../shared/posting.js';

/** An embedder with the rows of a vocabulary's terms, looked up once per term. */
export interface VocabularyRows {
  readonly embedder: StaticEmbedder;
  readonly terms: readonly string[];
  /** By term id, filled as terms appear. */
  readonly rows: TermRows[];
}

/**
 * Weight of a term by its posting byte: occurrences count by their logarithm, names twice, the path a half. The table of
 * the embedder was trained with these weights.
 */
export const POSTING_WEIGHTS: readonly number[] = Array.from({ length: 256 }, (_, posting) => {
  const body = Math.log2(1 + (posting & MAX_BODY_COUNT));
  return body + (posting & FIELD_SYMBOL ? 2 : 0) + (posting & FIELD_PATH ? 0.5 : 0);
});

const POSTING_UNITS = Int32Array.from(POSTING_WEIGHTS, (weight) => StaticEmbedder.units(weight));

/** The vector of a chunk from its terms. */
export function embedChunk({ embedder, terms, rows }: VocabularyRows, { ids, postings }: ChunkTerms): Int8Array {
  embedder.begin();
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    const units = POSTING_UNITS[postings[i]!]!;
    if (units > 0) embedder.add((rows[id] ??= embedder.rowsOf(terms[id]!)), units);
  }
  return embedder.finish();
}
