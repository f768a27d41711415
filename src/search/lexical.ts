import { FIELD_PARENT, FIELD_PATH, FIELD_SYMBOL, MAX_BODY_COUNT } from '../shared/posting.js';
import { forEachPosting } from '../storage/posting-list.js';
import type { TermEntry } from '../storage/segment-reader.js';
import type { QueryTerm } from './query.js';
import type { SegmentView, SegmentViews } from './segment-view.js';
import type { TermDictionary } from './term-expansion.js';

/**
 * BM25F: the fields of a chunk are weighed into one term frequency, which then saturates (S. Robertson and
 * H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009). Only the body is normalised by length.
 */
const K1 = 1.5;
const B = 0.3;
const SYMBOL_WEIGHT = 2;
const PATH_WEIGHT = 2;
const PARENT_WEIGHT = 0.8;
/** A file repeats its terms more often than a chunk before they stop telling more. */
const FILE_K1 = 20;
const FILE_B = 0.2;
/** So many terms of the index are looked at for one prefix and segment. */
const MAX_PREFIX_SCAN = 200;

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
  /** The best chunk of each of the best files, so that a file whose terms are spread is seen at all. */
  readonly fileChunks: readonly ScoredChunk[];
  /** The score of the file that a chunk belongs to, the file taken as one document. */
  readonly fileScore: (chunk: number) => number;
  /** The score of any chunk; 0 where no term occurs. */
  readonly chunkScore: (chunk: number) => number;
}

/** How many chunks and files are wanted. */
export interface LexicalLimits {
  readonly chunks: number;
  readonly files: number;
}

/** Weight of each term, and where it is in each segment. */
export interface TermLookup {
  readonly terms: readonly string[];
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

/** What is kept of one segment between queries: accumulators, and tables that are asked for with every posting. */
interface SegmentScores {
  /** Length norm of BM25 by chunk. */
  readonly norms: Float32Array;
  /** File by chunk. */
  readonly fileOf: Uint32Array;
  readonly chunks: Float32Array;
  readonly files: Float32Array;
  /** What the current term adds to a file's frequency: occurrences in bodies, and fields; and the files that hold it. */
  readonly bodies: Float32Array;
  readonly fields: Float32Array;
  readonly touched: Uint32Array;
}

/** Scores chunks and files by their terms. Keeps one accumulator per chunk and file between queries. */
export class LexicalRetriever implements TermDictionary {
  private readonly scores: Float32Array;
  private readonly fileScores: Float32Array;
  private readonly segmentScores: (SegmentScores | undefined)[] = [];

  constructor(private readonly segments: SegmentViews) {
    this.scores = new Float32Array(segments.chunkCount);
    this.fileScores = new Float32Array(segments.fileCount);
  }

  has(term: string): boolean {
    return this.segments.views.some(({ reader }) => reader.lookup(term) !== undefined);
  }

  startingWith(prefix: string, limit: number): string[] {
    const frequencies = new Map<string, number>();
    for (const { reader } of this.segments.views) {
      let seen = 0;
      for (const { term, documentFrequency } of reader.termsStartingWith(prefix)) {
        frequencies.set(term, (frequencies.get(term) ?? 0) + documentFrequency);
        if (++seen === MAX_PREFIX_SCAN) break;
      }
    }
    return [...frequencies]
      .sort(([left, a], [right, b]) => b - a || (left < right ? -1 : 1))
      .slice(0, limit)
      .map(([term]) => term);
  }

  lookup(queryTerms: readonly QueryTerm[]): TermLookup {
    const { views, chunkCount } = this.segments;
    const terms = queryTerms.map(({ term }) => term);
    const entries = views.map(({ reader }) => terms.map((term) => reader.lookup(term)));
    const weights = queryTerms.map(({ emphasis }, t) => {
      const frequency = entries.reduce((sum, row) => sum + (row[t]?.documentFrequency ?? 0), 0);
      return frequency === 0 ? 0 : emphasis * inverseDocumentFrequency(chunkCount, frequency);
    });
    return { terms, weights, entries };
  }

  /** The best chunks and files that the filter lets through; without one, of all. */
  search({ weights, entries }: TermLookup, limits: LexicalLimits, filter: ChunkFilter | undefined): LexicalEvidence {
    this.scores.fill(0);
    this.fileScores.fill(0);
    this.segments.views.forEach((view, i) => {
      const segment = (this.segmentScores[i] ??= this.accumulators(view));
      weights.forEach((weight, t) => {
        const entry = entries[i]![t];
        if (entry !== undefined) this.addScores(view, entry, weight, segment);
      });
      if (filter !== undefined) dropFiltered(view, segment, filter);
    });
    return {
      chunks: topScores(this.scores, limits.chunks),
      fileChunks: topScores(this.fileScores, limits.files).flatMap(({ chunk: file }) => this.bestChunkOf(file)),
      chunkScore: (chunk) => this.scores[chunk]!,
      fileScore: (globalChunk) => {
        const { view, index, chunk } = this.segments.locate(globalChunk);
        return this.segmentScores[index]!.files[view.reader.fileOf(chunk)]!;
      },
    };
  }

  /** The best chunk of a file, given by its number over all segments; none where a filter left none. */
  private bestChunkOf(globalFile: number): ScoredChunk[] {
    const { view, file } = this.segments.locateFile(globalFile);
    const [first, end] = view.reader.chunksOf(file);
    let best: ScoredChunk = { chunk: -1, score: 0 };
    for (let chunk = view.firstChunk + first; chunk < view.firstChunk + end; chunk++) {
      if (this.scores[chunk]! > best.score) best = { chunk, score: this.scores[chunk]! };
    }
    return best.score > 0 ? [best] : [];
  }

  private accumulators({ reader, firstChunk, firstFile }: SegmentView): SegmentScores {
    const { chunkCount, fileCount } = reader;
    const { averageLength } = this.segments;
    reader.checkOrder();
    const norms = new Float32Array(chunkCount);
    const fileOf = new Uint32Array(chunkCount);
    for (let chunk = 0; chunk < chunkCount; chunk++) {
      norms[chunk] = 1 - B + (B * reader.termCountOf(chunk)) / averageLength;
      fileOf[chunk] = reader.fileOf(chunk);
    }
    return {
      norms,
      fileOf,
      chunks: this.scores.subarray(firstChunk, firstChunk + chunkCount),
      files: this.fileScores.subarray(firstFile, firstFile + fileCount),
      bodies: new Float32Array(fileCount),
      fields: new Float32Array(fileCount),
      touched: new Uint32Array(fileCount),
    };
  }

  private addScores({ reader }: SegmentView, entry: TermEntry, weight: number, segment: SegmentScores): void {
    const { norms, fileOf, chunks, files, bodies, fields, touched } = segment;
    const { averageFileChunks } = this.segments;
    let touchedCount = 0;
    let pathFile = -1;
    forEachPosting(reader.postings(entry), reader.chunkCount, (chunk, posting) => {
      const body = posting & MAX_BODY_COUNT;
      const field = FIELD_FREQUENCY[posting]!;
      const frequency = body / norms[chunk]! + field;
      chunks[chunk]! += (weight * frequency * (K1 + 1)) / (frequency + K1);
      const file = fileOf[chunk]!;
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
  // What a score must exceed to be among them; nearly all fail here.
  let least = 0;
  for (let chunk = 0; chunk < scores.length; chunk++) {
    const score = scores[chunk]!;
    if (score <= least) continue;
    if (heap.length < limit) {
      heap.push({ chunk, score });
      siftUp(heap, heap.length - 1);
    } else {
      heap[0] = { chunk, score };
      siftDown(heap);
    }
    if (heap.length === limit) least = heap[0]!.score;
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
