import { VectorKernel } from '../shared/vector-kernel.js';
import type { Embedder, WeightedTerms } from './embedder.js';

/** Rows of the table; with a hashed table several terms share a row. */
const ROWS = 1 << 14;
const DIMENSIONS = 128;
const SEED = 0x6d696e64;
const WARM_UP = 8;
/** Weights are integers for the kernel: this is the weight 1. */
const UNIT_WEIGHT = 256;
/** With `MAX_TERMS` rows of extreme components the sums of the kernel still fit 32 bits. */
const MAX_WEIGHT = 0x3fff;
/** A component of a unit vector is about 1/sqrt(dimensions); clipping at four times that loses less than 0.01 %. */
const QUANTISATION = 127 / (4 / Math.sqrt(DIMENSIONS));
/** Distinct terms of one chunk beyond this many do not change its mean. */
const MAX_TERMS = 1024;

/**
 * A static embedding: one row of a table per term, the weighted mean of a chunk's rows, scaled to unit length and
 * quantised to int8. The table of this version is *hashed*: rows are pseudo-random and a term's row follows from the
 * hash of the term, which makes the vectors a random projection of the chunk's terms (W. B. Johnson and
 * J. Lindenstrauss, 1984). A trained table replaces the rows and changes the identity, nothing else.
 */
export class StaticEmbedder implements Embedder {
  static readonly identity = `builtin-hashed-v2-${DIMENSIONS}`;
  readonly identity = StaticEmbedder.identity;
  readonly dimensions = DIMENSIONS;
  readonly batchSize = 256;
  readonly cost = 'local';
  private readonly kernel = new VectorKernel();
  private readonly table: number;
  private readonly rows = this.kernel.allocate(MAX_TERMS * 4);
  private readonly weights = this.kernel.allocate(MAX_TERMS * 4);
  private readonly sums = this.kernel.allocate(DIMENSIONS * 4);
  /** Rows are filled when first asked for: a search asks for few. */
  private readonly isFilled = new Uint8Array(ROWS);
  private rowView: Uint32Array;
  private weightView: Uint32Array;
  private count = 0;

  constructor() {
    this.table = this.kernel.allocate(ROWS * DIMENSIONS);
    this.rowView = this.kernel.words(this.rows, MAX_TERMS);
    this.weightView = this.kernel.words(this.weights, MAX_TERMS);
  }

  /** A weight as the whole number that `add` takes; 0 stays 0. */
  static units(weight: number): number {
    return weight <= 0 ? 0 : Math.min(MAX_WEIGHT, Math.max(1, Math.round(weight * UNIT_WEIGHT)));
  }

  embed(batch: readonly WeightedTerms[]): Promise<readonly Int8Array[]> {
    return Promise.resolve(batch.map((input) => this.embedTerms(input)));
  }

  /** The same without a promise, for callers that embed one by one. */
  embedTerms({ terms, weights }: WeightedTerms): Int8Array {
    this.begin();
    terms.forEach((term, i) => {
      if (weights[i]! > 0) this.add(this.rowOf(term), StaticEmbedder.units(weights[i]!));
    });
    return this.finish();
  }

  /** The row of a term: worth remembering by those who meet a term often. */
  rowOf(term: string): number {
    let hash = 0x811c9dc5;
    for (let i = 0; i < term.length; i++) hash = Math.imul(hash ^ term.charCodeAt(i), 0x01000193);
    const row = (hash ^ (hash >>> 15)) & (ROWS - 1);
    const offset = this.table + row * DIMENSIONS;
    if (this.isFilled[row] === 0) {
      fillPseudoRandom(this.kernel.words(offset, DIMENSIONS / 4), row);
      this.isFilled[row] = 1;
    }
    return offset;
  }

  /** Begins a vector; then `add` each term and `finish`. */
  begin(): void {
    this.count = 0;
  }

  /** Adds a term by its row, with a weight in `units`. */
  add(row: number, units: number): void {
    if (this.count === MAX_TERMS) return;
    this.rowView[this.count] = row;
    this.weightView[this.count++] = units;
  }

  /** The vector of the terms added since `begin`; all zero when there were none. */
  finish(): Int8Array {
    const sums = this.kernel.weightedSum(this.rows, this.weights, this.count, DIMENSIONS, this.sums);
    let squares = 0;
    for (let i = 0; i < DIMENSIONS; i++) squares += sums[i]! * sums[i]!;
    const vector = new Int8Array(DIMENSIONS);
    if (squares === 0) return vector;
    const scale = QUANTISATION / Math.sqrt(squares);
    for (let i = 0; i < DIMENSIONS; i++) vector[i] = Math.max(-127, Math.min(127, Math.round(sums[i]! * scale)));
    return vector;
  }
}

/** Fills a row from xorshift32 (G. Marsaglia, "Xorshift RNGs", 2003), begun at its number: the same on every machine. */
function fillPseudoRandom(words: Uint32Array, row: number): void {
  let state = Math.imul(row + 1, 0x9e3779b9) ^ SEED;
  // Nearby beginnings give nearby numbers at first.
  for (let i = -WARM_UP; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    if (i >= 0) words[i] = state;
  }
}
