import { signBits } from '../shared/sign-bits.js';
import { VectorKernel } from '../shared/vector-kernel.js';
import type { ChunkFilter, ScoredChunk } from './lexical.js';
import type { SegmentView, SegmentViews } from './segment-view.js';

/** Candidates by Hamming distance that are scored again by their int8 vectors, per wanted result. */
const RESCORED_PER_RESULT = 4;

/**
 * Nearest chunks by cosine: all sign bits are compared with the query's, and the nearest are scored again by the dot
 * product of int8 vectors. No index to build, tune or corrupt.
 */
export class VectorRetriever {
  private readonly kernel = new VectorKernel();
  private readonly bits: number;
  private readonly distances: number;
  private readonly queryBits: number;
  private readonly query: number;
  private readonly candidate: number;

  /** Loads the sign bits of the segments of the given settings; vectors of others mean something else. */
  constructor(
    private readonly segments: SegmentViews,
    private readonly dimensions: number,
    private readonly fingerprint: string,
  ) {
    const stride = dimensions / 8;
    this.bits = this.kernel.allocate(segments.chunkCount * stride);
    this.distances = this.kernel.allocate(segments.chunkCount * 2);
    this.queryBits = this.kernel.allocate(stride);
    this.query = this.kernel.allocate(dimensions);
    this.candidate = this.kernel.allocate(dimensions);
    for (const view of segments.views) {
      const { reader, firstChunk } = view;
      if (!this.holds(view) || reader.chunkCount === 0) continue;
      this.kernel
        .bytes(this.bits + firstChunk * stride, reader.chunkCount * stride)
        .set(reader.bits(0, reader.chunkCount));
    }
  }

  /**
   * The `limit` chunks most similar to an int8 vector, best first; scores are dot products and above 0. Until the next call
   * `similarities` answers for this vector.
   */
  search(vector: Int8Array, limit: number, filter: ChunkFilter | undefined): ScoredChunk[] {
    this.kernel.bytes(this.query, this.dimensions).set(new Uint8Array(vector.buffer, vector.byteOffset, vector.length));
    this.kernel.bytes(this.queryBits, this.dimensions / 8).set(signBits(vector));
    if (limit === 0) return [];
    const { chunkCount } = this.segments;
    const distances = this.kernel.hamming(this.bits, chunkCount, this.dimensions / 8, this.queryBits, this.distances);
    if (filter !== undefined) this.dropFiltered(distances, filter);
    return nearest(distances, this.dimensions, limit * RESCORED_PER_RESULT)
      .filter((chunk) => distances[chunk]! < this.dimensions)
      .map((chunk) => ({ chunk, score: this.similarity(chunk) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || a.chunk - b.chunk)
      .slice(0, limit);
  }

  /** Dot products of the vectors of a file's chunks, in their order, with the vector searched last; 0 where none compares. */
  similarities(view: SegmentView, file: number): Float64Array {
    const [first, end] = view.reader.chunksOf(file);
    const products = new Float64Array(end - first);
    if (!this.holds(view)) return products;
    const { candidate, dimensions, kernel, query } = this;
    const vectors = view.reader.vectors(first, end - first);
    const slot = kernel.bytes(candidate, dimensions);
    for (let i = 0; i < products.length; i++) {
      slot.set(vectors.subarray(i * dimensions, (i + 1) * dimensions));
      products[i] = kernel.dot(query, candidate, dimensions);
    }
    return products;
  }

  /** Puts chunks as far away as can be before the nearest are taken, lest they take the places of those that may answer. */
  private dropFiltered(distances: Uint16Array, filter: ChunkFilter): void {
    for (const view of this.segments.views) {
      for (let chunk = 0; chunk < view.reader.chunkCount; chunk++) {
        const passes = filter.file(view, view.reader.fileOf(chunk)) && (filter.chunk?.(view, chunk) ?? true);
        if (!passes) distances[view.firstChunk + chunk] = this.dimensions;
      }
    }
  }

  private holds({ info, reader }: SegmentView): boolean {
    return info.fingerprint === this.fingerprint && reader.dimensions === this.dimensions;
  }

  private similarity(globalChunk: number): number {
    const { view, chunk } = this.segments.locate(globalChunk);
    if (!this.holds(view)) return 0;
    this.kernel.bytes(this.candidate, this.dimensions).set(view.reader.vectors(chunk, 1));
    return this.kernel.dot(this.query, this.candidate, this.dimensions);
  }
}

/** Indices of the `count` smallest distances, by a histogram: distances are whole numbers up to `maximum`. */
export function nearest(distances: Uint16Array, maximum: number, count: number): number[] {
  const histogram = new Uint32Array(maximum + 1);
  for (let i = 0; i < distances.length; i++) histogram[distances[i]!]!++;
  let threshold = 0;
  for (let sum = histogram[0]!; sum < count && threshold < maximum;) sum += histogram[++threshold]!;
  const nearer: number[] = [];
  const border: number[] = [];
  for (let i = 0; i < distances.length; i++) {
    if (distances[i]! > threshold) continue;
    if (distances[i]! < threshold) nearer.push(i);
    else if (border.length < count) border.push(i);
  }
  return [...nearer, ...border.slice(0, Math.max(0, count - nearer.length))];
}
