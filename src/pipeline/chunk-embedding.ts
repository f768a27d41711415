import type { ChunkTerms } from '../chunking/term-counter.js';
import { StaticEmbedder } from '../embedding/static-embedder.js';
import { FIELD_PARENT, FIELD_PATH, FIELD_SYMBOL, MAX_BODY_COUNT } from '../shared/posting.js';

/** An embedder with the rows of a vocabulary's terms, looked up once per term. */
export interface TermRows {
  readonly embedder: StaticEmbedder;
  readonly terms: readonly string[];
  /** Row by term id, filled as terms appear. */
  readonly rows: number[];
}

/**
 * Weight of a term by its posting byte: occurrences count by their logarithm; where a chunk stands says as much of what
 * it is for as what it holds, so the names it defines, what encloses them and the path count too.
 */
const POSTING_UNITS = Int32Array.from({ length: 256 }, (_, posting) => {
  const body = Math.log2(1 + (posting & MAX_BODY_COUNT));
  const names = (posting & FIELD_SYMBOL ? 2 : 0) + (posting & FIELD_PARENT ? 2 : 0);
  return StaticEmbedder.units(body + names + (posting & FIELD_PATH ? 3 : 0));
});

/** The vector of a chunk from its terms. */
export function embedChunk({ embedder, terms, rows }: TermRows, { ids, postings }: ChunkTerms): Int8Array {
  embedder.begin();
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    const units = POSTING_UNITS[postings[i]!]!;
    if (units > 0) embedder.add((rows[id] ??= embedder.rowOf(terms[id]!)), units);
  }
  return embedder.finish();
}
