import type { LexicalEvidence, ScoredChunk } from './lexical.js';
import type { PathTermCache } from './path-terms.js';
import type { QueryKind } from './query.js';
import type { ChunkRef, SegmentViews } from './segment-view.js';
import { signalValues, type WeighedQuery } from './signals.js';

/** A chunk that may answer, with the values of all signals in the order of `SIGNALS`. */
export interface WeighedCandidate extends ChunkRef {
  readonly path: string;
  /** Number of the chunk over all segments: breaks ties. */
  readonly order: number;
  readonly values: Float64Array;
}

/** All candidates of one query, and what kind of query it is. */
export interface QueryCandidates {
  readonly kind: QueryKind;
  readonly candidates: readonly WeighedCandidate[];
}

/** What the retrievers found for a query. */
export interface Evidence {
  readonly lexical: LexicalEvidence;
  /** The chunks nearest in meaning. */
  readonly near: readonly ScoredChunk[];
  /** Cosine of any chunk's vector and the query's, times a constant; 0 or less for what has nothing to do with it. */
  readonly similarityOf: (chunk: number) => number;
}

/** So many of a file's best cosines are averaged: one lucky chunk says less than three. */
const CHUNKS_FOR_FILE_SIMILARITY = 3;

interface Found {
  readonly order: number;
  readonly ref: ChunkRef;
  readonly path: string;
  readonly similarity: number;
}

/** Every chunk that some retriever found, with what all of them say of it, each relative to the best. */
export function weighCandidates(
  segments: SegmentViews,
  query: WeighedQuery,
  { lexical, near, similarityOf }: Evidence,
  pathTerms: PathTermCache,
): WeighedCandidate[] {
  const chunks = new Set([...lexical.chunks, ...lexical.fileChunks, ...near].map(({ chunk }) => chunk));
  const found = [...chunks].map((order): Found => {
    const ref = segments.locate(order);
    const path = ref.view.reader.path(ref.view.reader.fileOf(ref.chunk));
    return { order, ref, path, similarity: Math.max(0, similarityOf(order)) };
  });
  const fileSimilarities = meanOfBest(found);
  const share = (value: number, best: number) => (best > 0 ? value / best : 0);
  const best = {
    lexical: greatest(found, ({ order }) => lexical.chunkScore(order)),
    file: greatest(found, ({ order }) => lexical.fileScore(order)),
    similarity: greatest(found, ({ similarity }) => similarity),
    fileSimilarity: greatest(fileSimilarities.values(), (similarity) => similarity),
  };
  return found.map(({ order, ref, path, similarity }) => {
    const { reader } = ref.view;
    const candidate = {
      lexical: share(lexical.chunkScore(order), best.lexical),
      fileLexical: share(lexical.fileScore(order), best.file),
      similarity: share(similarity, best.similarity),
      fileSimilarity: share(fileSimilarities.get(path)!, best.fileSimilarity),
      path,
      pathTerms: pathTerms.of(path),
      kind: reader.kind(ref.chunk),
      ...reader.names(ref.chunk),
    };
    return { ...ref, path, order, values: signalValues(candidate, query) };
  });
}

/** By path, the mean of the best cosines among the chunks that were found; missing ones count as 0. */
function meanOfBest(found: readonly Found[]): Map<string, number> {
  const byPath = new Map<string, number[]>();
  for (const { path, similarity } of found) {
    const all = byPath.get(path);
    if (all === undefined) byPath.set(path, [similarity]);
    else all.push(similarity);
  }
  const mean = (all: number[]) =>
    all
      .sort((a, b) => b - a)
      .slice(0, CHUNKS_FOR_FILE_SIMILARITY)
      .reduce((sum, similarity) => sum + similarity / CHUNKS_FOR_FILE_SIMILARITY, 0);
  return new Map([...byPath].map(([path, all]) => [path, mean(all)]));
}

function greatest<T>(items: Iterable<T>, valueOf: (item: T) => number): number {
  let best = 0;
  for (const item of items) best = Math.max(best, valueOf(item));
  return best;
}
