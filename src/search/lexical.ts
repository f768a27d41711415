import { FIELD_PARENT, FIELD_PATH, FIELD_SYMBOL, MAX_BODY_COUNT } from '../shared/posting.js';
import { forEachPosting } from '../storage/posting-list.js';
import type { SegmentReader, TermEntry } from '../storage/segment-reader.js';
import type { SegmentViews } from './segment-view.js';

/**
 * BM25F: the fields of a chunk are weighed into one term frequency, which then saturates (S. Robertson and
 * H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009). Only the body is normalised by length.
 */
const K1 = 1.2;
const B = 0.6;
const SYMBOL_WEIGHT = 2.5;
const PATH_WEIGHT = 1.5;
const PARENT_WEIGHT = 0.8;

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

/** Scores chunks by their terms. Keeps one accumulator per chunk between queries. */
export class LexicalRetriever {
  private readonly scores: Float32Array;
  /** 1 / (1 - B + B x length / average), by chunk; computed per segment when it is first scored. */
  private readonly norms: (Float32Array | undefined)[];

  constructor(private readonly segments: SegmentViews) {
    this.scores = new Float32Array(segments.chunkCount);
    this.norms = new Array<Float32Array | undefined>(segments.views.length);
  }

  /** The weight of each term: its inverse document frequency over all segments; 0 for terms that occur nowhere. */
  termWeights(terms: readonly string[]): { readonly weights: Float64Array; readonly entries: readonly (readonly (TermEntry | undefined)[])[] } {
    const entries = this.segments.views.map(({ reader }) => terms.map((term) => reader.lookup(term)));
    const weights = Float64Array.from(terms, (_, i) => {
      const frequency = entries.reduce((sum, row) => sum + (row[i]?.documentFrequency ?? 0), 0);
      return frequency === 0 ? 0 : inverseDocumentFrequency(this.segments.chunkCount, frequency);
    });
    return { weights, entries };
  }

  /** The best `limit` chunks by score, best first; equal scores in chunk order. Dead files are the caller's to drop. */
  search(terms: readonly string[], limit: number): ScoredChunk[] {
    const { weights, entries } = this.termWeights(terms);
    this.scores.fill(0);
    this.segments.views.forEach(({ reader, firstChunk }, i) => {
      const norms = (this.norms[i] ??= this.normsOf(reader));
      const scores = this.scores.subarray(firstChunk, firstChunk + reader.chunkCount);
      terms.forEach((_, t) => {
        const entry = entries[i]![t];
        if (entry !== undefined) addScores(reader.postings(entry), weights[t]!, norms, scores);
      });
    });
    return topScores(this.scores, limit);
  }

  private normsOf(reader: SegmentReader): Float32Array {
    return Float32Array.from({ length: reader.chunkCount }, (_, chunk) => 1 / (1 - B + (B * reader.termCountOf(chunk)) / this.segments.averageLength));
  }
}

function addScores(postings: Uint8Array, weight: number, norms: Float32Array, scores: Float32Array): void {
  forEachPosting(postings, (chunk, posting) => {
    const frequency = (posting & MAX_BODY_COUNT) * norms[chunk]! + FIELD_FREQUENCY[posting]!;
    scores[chunk]! += (weight * frequency * (K1 + 1)) / (frequency + K1);
  });
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
    for (const child of [2 * i + 1, 2 * i + 2]) if (child < heap.length && isWorse(heap[child]!, heap[worst]!)) worst = child;
    if (worst === i) return;
    [heap[i], heap[worst]] = [heap[worst]!, heap[i]!];
    i = worst;
  }
}
