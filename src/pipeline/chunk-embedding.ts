import type { ChunkTerms } from '../chunking/term-counter.js';
import { StaticEmbedder } from '../embedding/static-embedder.js';
import { FIELD_PATH, FIELD_SYMBOL, MAX_BODY_COUNT } from '../shared/posting.js';

/** An embedder with the rows of a vocabulary's terms, looked up once per term. */
export interface TermRows {
  readonly embedder: StaticEmbedder;
  readonly terms: readonly string[];
  /** Row by term id, filled as terms appear. */
  readonly rows: number[];
}

/** Weight of a term by its posting byte: occurrences count by their logarithm, names twice, the path a half. */
const WEIGHTS = Int32Array.from({ length: 256 }, (_, posting) => {
  const body = Math.log2(1 + (posting & MAX_BODY_COUNT));
  return StaticEmbedder.units(body + (posting & FIELD_SYMBOL ? 2 : 0) + (posting & FIELD_PATH ? 0.5 : 0));
});

/** The vector of a chunk from its terms. */
export function embedChunk({ embedder, terms, rows }: TermRows, { ids, postings }: ChunkTerms): Int8Array {
  embedder.begin();
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    const units = WEIGHTS[postings[i]!]!;
    if (units > 0) embedder.add((rows[id] ??= embedder.rowOf(terms[id]!)), units);
  }
  return embedder.finish();
}
