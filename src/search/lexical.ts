import { FIELD_PARENT, FIELD_PATH, FIELD_SYMBOL, MAX_BODY_COUNT } from '../shared/posting.js';
import { forEachPosting } from '../storage/posting-list.js';
import type { TermEntry } from '../storage/segment-reader.js';
import type { SegmentView, SegmentViews } from './segment-view.js';

/**
 * BM25F: the fields of a chunk are weighed into one term frequency, which then saturates (S. Robertson and
 * H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009). Only the body is normalised by length.
 */
const K1 = 1.2;
const B = 0.4;
const SYMBOL_WEIGHT = 2.5;
const PATH_WEIGHT = 2;
const PARENT_WEIGHT = 0.8;
/** A file repeats its terms more often than a chunk before they stop telling more. */
const FILE_K1 = 10;
const FILE_B = 0.4;

/** What the fields of a posting add to the term frequency, by posting byte; the body is added with its norm. */
const FIELD_FREQUENCY = Float32Array.from(
  { length: 256 },
  (_, posting) =>
    (posting & FIELD_SYMBOL ? SYMBOL_WEIGHT : 0) +
    (posting & FIELD_PATH ? PATH_WEIGHT : 0) +
    (posting & FIELD_PARENT ? PARENT_WEIGHT : 0),
);

/** A chunk, by its number over all segments, with its score. */
export interface ScoredChunk {
  readonly chunk: number;
  readonly score: number;
}

/** Inverse document frequency of BM25, never negative. */
export function inverseDocumentFrequency(documents: number, documentFrequency: number): number {
  return Math.log(1 + (documents - documentFrequency + 0.5) / (documentFrequency + 0.5));
}

/**
 * What the terms of a query say of chunks and of whole files: a file whose terms are spread over many chunks may
 * answer better than one with a single lucky chunk.
 */
export interface LexicalEvidence {
  /** The best chunks, best first; equal scores in chunk order. */
  readonly chunks: readonly ScoredChunk[];
  /** The score of the file that a chunk belongs to, the file taken as one document. */
  readonly fileScore: (chunk: number) => number;
  /** The score of any chunk; 0 where no term occurs. */
  readonly chunkScore: (chunk: number) => number;
}

/** Weight of each term, and where it is in each segment. */
export interface TermLookup {
  /** Inverse document frequency over all segments times what the query makes of the term; 0 for terms that occur nowhere. */
  readonly weights: readonly number[];
  /** By segment, then by term. */
  readonly entries: readonly (readonly (TermEntry | undefined)[])[];
}

/** Decides which chunks may answer; ordinals are those of the file or chunk in its segment. */
export interface ChunkFilter {
  readonly file: (view: SegmentView, file: number) => boolean;
  /** Asked for chunks of files that passed; absent where all of them may answer. */
  readonly chunk?: (view: SegmentView, chunk: number) => boolean;
}

/** The accumulators of one segment, kept between queries. */
interface SegmentScores {
  readonly chunks: Float32Array;
  readonly files: Float32Array;
  /** What the current term adds to a file's frequency: occurrences in bodies, and fields; and the files that hold it. */
  readonly bodies: Float32Array;
  readonly fields: Float32Array;
  readonly touched: Uint32Array;
}

/** Scores chunks and files by their terms. Keeps one accumulator per chunk and file between queries. */
export class LexicalRetriever {
  private readonly scores: Float32Array;
  private readonly segmentScores: (SegmentScores | undefined)[] = [];

  constructor(private readonly segments: SegmentViews) {
    this.scores = new Float32Array(segments.chunkCount);
  }

  lookup(terms: readonly string[], emphasis: readonly number[]): TermLookup {
    const { views, chunkCount } = this.segments;
    const entries = views.map(({ reader }) => terms.map((term) => reader.lookup(term)));
    const weights = terms.map((_, t) => {
      const frequency = entries.reduce((sum, row) => sum + (row[t]?.documentFrequency ?? 0), 0);
      return frequency === 0 ? 0 : emphasis[t]! * inverseDocumentFrequency(chunkCount, frequency);
    });
    return { weights, entries };
  }

  /** The best `limit` chunks that the filter lets through; without one, of all. */
  search({ weights, entries }: TermLookup, limit: number, filter: ChunkFilter | undefined): LexicalEvidence {
    this.scores.fill(0);
    this.segments.views.forEach((view, i) => {
      const segment = (this.segmentScores[i] ??= this.accumulators(view));
      segment.files.fill(0);
      weights.forEach((weight, t) => {
        const entry = entries[i]![t];
        if (entry !== undefined) this.addScores(view, entry, weight, segment);
      });
      if (filter !== undefined) dropFiltered(view, segment, filter);
    });
    return {
      chunks: topScores(this.scores, limit),
      chunkScore: (chunk) => this.scores[chunk]!,
      fileScore: (globalChunk) => {
        const { view, index, chunk } = this.segments.locate(globalChunk);
        return this.segmentScores[index]!.files[view.reader.fileOf(chunk)]!;
      },
    };
  }

  private accumulators({ reader, firstChunk }: SegmentView): SegmentScores {
    const { chunkCount, fileCount } = reader;
    return {
      chunks: this.scores.subarray(firstChunk, firstChunk + chunkCount),
      files: new Float32Array(fileCount),
      bodies: new Float32Array(fileCount),
      fields: new Float32Array(fileCount),
      touched: new Uint32Array(fileCount),
    };
  }

  private addScores({ reader }: SegmentView, entry: TermEntry, weight: number, segment: SegmentScores): void {
    const { chunks, files, bodies, fields, touched } = segment;
    const { averageLength, averageFileChunks } = this.segments;
    let touchedCount = 0;
    let pathFile = -1;
    forEachPosting(reader.postings(entry), (chunk, posting) => {
      const body = posting & MAX_BODY_COUNT;
      const field = FIELD_FREQUENCY[posting]!;
      const norm = 1 - B + (B * reader.termCountOf(chunk)) / averageLength;
      const frequency = body / norm + field;
      chunks[chunk]! += (weight * frequency * (K1 + 1)) / (frequency + K1);
      const file = reader.fileOf(chunk);
      if (bodies[file] === 0 && fields[file] === 0) touched[touchedCount++] = file;
      bodies[file]! += body;
      // The path is the same in all chunks of a file: it counts once.
      const isInPath = (posting & FIELD_PATH) !== 0;
      fields[file]! += isInPath && pathFile === file ? field - PATH_WEIGHT : field;
      if (isInPath) pathFile = file;
    });
    for (let i = 0; i < touchedCount; i++) {
      const file = touched[i]!;
      const [first, end] = reader.chunksOf(file);
      const norm = 1 - FILE_B + (FILE_B * (end - first)) / averageFileChunks;
      const frequency = bodies[file]! / norm + fields[file]!;
      files[file]! += (weight * frequency * (FILE_K1 + 1)) / (frequency + FILE_K1);
      bodies[file] = 0;
      fields[file] = 0;
    }
  }
}

function dropFiltered(view: SegmentView, { chunks, files }: SegmentScores, filter: ChunkFilter): void {
  for (let file = 0; file < files.length; file++) {
    if (files[file] === 0) continue;
    const [first, end] = view.reader.chunksOf(file);
    if (!filter.file(view, file)) {
      chunks.fill(0, first, end);
      files[file] = 0;
    } else if (filter.chunk !== undefined) {
      for (let chunk = first; chunk < end; chunk++) if (!filter.chunk(view, chunk)) chunks[chunk] = 0;
    }
  }
}

/** The `limit` highest positive scores, best first, ties by index: a bounded min-heap. */
export function topScores(scores: Float32Array, limit: number): ScoredChunk[] {
  const heap: ScoredChunk[] = [];
  for (let chunk = 0; chunk < scores.length; chunk++) {
    const score = scores[chunk]!;
    if (score <= 0) continue;
    if (heap.length < limit) {
      heap.push({ chunk, score });
      siftUp(heap, heap.length - 1);
    } else if (score > heap[0]!.score) {
      heap[0] = { chunk, score };
      siftDown(heap);
    }
  }
  return heap.sort((a, b) => b.score - a.score || a.chunk - b.chunk);
}

/** True when `a` must leave a full heap before `b`. */
function isWorse(a: ScoredChunk, b: ScoredChunk): boolean {
  return a.score < b.score || (a.score === b.score && a.chunk > b.chunk);
}

function siftUp(heap: ScoredChunk[], from: number): void {
  let i = from;
  while (i > 0) {
    const parent = (i - 1) >>> 1;
    if (!isWorse(heap[i]!, heap[parent]!)) return;
    [heap[i], heap[parent]] = [heap[parent]!, heap[i]!];
    i = parent;
  }
}

function siftDown(heap: ScoredChunk[]): void {
  let i = 0;
  for (;;) {
    let worst = i;
    for (const child of [2 * i + 1, 2 * i + 2])
      if (child < heap.length && isWorse(heap[child]!, heap[worst]!)) worst = child;
    if (worst === i) return;
    [heap[i], heap[worst]] = [heap[worst]!, heap[i]!];
    i = worst;
  }
}
