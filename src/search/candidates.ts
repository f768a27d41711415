import type { LexicalEvidence, ScoredChunk } from './lexical.js';
import type { PathFactCache, PathFacts } from './path-facts.js';
import type { QueryKind } from './query.js';
import type { ChunkRef, SegmentView, SegmentViews } from './segment-view.js';
import { signalValues, weightsFor, type WeighedQuery } from './signals.js';

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
  /** Cosines, times a constant, of the vectors of a file's chunks and the query's; undefined where there are no vectors. */
  readonly similarities: ((view: SegmentView, file: number) => Float64Array) | undefined;
  /** Share of the query that a chunk says word by word; undefined where that is not asked. Reads the text of its file. */
  readonly phraseOf: ((ref: ChunkRef, path: string) => number) | undefined;
}

/** So many of the lexically best chunks are read for a phrase: reading is slow. */
const CHUNKS_READ = 160;

interface Found {
  readonly order: number;
  readonly ref: ChunkRef;
  readonly file: PathFacts;
  readonly similarity: number;
  readonly fileSimilarity: number;
}

/** Every chunk that some retriever found, with what all of them say of it, each relative to the best. */
export function weighCandidates(
  segments: SegmentViews,
  query: WeighedQuery,
  { lexical, near, similarities, phraseOf }: Evidence,
  pathFacts: PathFactCache,
): WeighedCandidate[] {
  const chunks = new Set([...lexical.chunks, ...lexical.fileChunks, ...near].map(({ chunk }) => chunk));
  const files = new FileSimilarities(similarities);
  const found = [...chunks].map((order): Found => {
    const ref = segments.locate(order);
    const file = ref.view.reader.fileOf(ref.chunk);
    const { similarity, mean } = files.of(ref, file);
    return { order, ref, file: pathFacts.of(ref.view.reader.path(file)), similarity, fileSimilarity: mean };
  });
  const share = (value: number, best: number) => (best > 0 ? value / best : 0);
  const best = {
    lexical: greatest(found, ({ order }) => lexical.chunkScore(order)),
    file: greatest(found, ({ order }) => lexical.fileScore(order)),
    similarity: greatest(found, ({ similarity }) => similarity),
    fileSimilarity: greatest(found, ({ fileSimilarity }) => fileSimilarity),
  };
  const weights = weightsFor(query.kind);
  const read = new Set(phraseOf && lexical.chunks.slice(0, CHUNKS_READ).map(({ chunk }) => chunk));
  return found.map(({ order, ref, file, similarity, fileSimilarity }) => {
    const { view, index, chunk } = ref;
    const { parent, names } = view.reader.names(chunk);
    const candidate = {
      lexical: share(lexical.chunkScore(order), best.lexical),
      fileLexical: share(lexical.fileScore(order), best.file),
      similarity: share(similarity, best.similarity),
      fileSimilarity: share(fileSimilarity, best.fileSimilarity),
      phrase: phraseOf !== undefined && read.has(order) ? phraseOf(ref, file.path) : 0,
      file,
      kind: view.reader.kind(chunk),
      parent,
      names,
    };
    return { view, index, chunk, path: file.path, order, values: signalValues(candidate, query, weights) };
  });
}

/** Remembers what the vectors of a file say: most files have several candidates. */
class FileSimilarities {
  private readonly known = new Map<string, { readonly chunks: Float64Array; readonly mean: number }>();

  constructor(private readonly similarities: Evidence['similarities']) {}

  /** Cosine of a chunk, and the mean of the best ones of its file where missing ones count as 0; neither below 0. */
  of({ view, index, chunk }: ChunkRef, file: number): { readonly similarity: number; readonly mean: number } {
    if (this.similarities === undefined) return { similarity: 0, mean: 0 };
    const key = `${index}/${file}`;
    let ofFile = this.known.get(key);
    if (ofFile === undefined) {
      const chunks = this.similarities(view, file);
      this.known.set(key, (ofFile = { chunks, mean: meanOfBest(chunks) }));
    }
    const [first] = view.reader.chunksOf(file);
    return { similarity: Math.max(0, ofFile.chunks[chunk - first]!), mean: ofFile.mean };
  }
}

/** The mean of the three best, missing ones as 0 and none below 0: one lucky chunk says less than three. */
function meanOfBest(similarities: Float64Array): number {
  let [first, second, third] = [0, 0, 0];
  for (const similarity of similarities) {
    if (similarity <= third) continue;
    if (similarity > first) [first, second, third] = [similarity, first, second];
    else if (similarity > second) [second, third] = [similarity, second];
    else third = similarity;
  }
  return (first + second + third) / 3;
}

function greatest<T>(items: Iterable<T>, valueOf: (item: T) => number): number {
  let best = 0;
  for (const item of items) best = Math.max(best, valueOf(item));
  return best;
}
