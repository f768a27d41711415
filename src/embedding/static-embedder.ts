import { VectorKernel } from '../shared/vector-kernel.js';
import type { Embedder, WeightedTerms } from './embedder.js';
import { HashedRows } from './hashed-rows.js';
import { StaticModel } from './static-model.js';
import { STATIC_MODEL_IDENTITY } from './static-model-identity.js';

const DIMENSIONS = 128;
/** Weights are integers for the kernel: this is the weight 1. */
const UNIT_WEIGHT = 1024;
/** With `MAX_TERMS` rows of extreme components the sums of the kernel still fit 32 bits. */
const MAX_UNITS = 0x3fff;
/** A component of a unit vector is about 1/sqrt(dimensions); clipping at four times that loses less than 0.01 %. */
const QUANTISATION = 127 / (4 / Math.sqrt(DIMENSIONS));
/** Distinct terms of one chunk beyond this many do not change its mean. */
const MAX_TERMS = 1024;

/**
 * Scale of a hashed row, in means of the trained ones: it makes such rows half as long as those (their components are
 * spread evenly, not normally). Longer ones find names better and meanings worse.
 */
const HASHED_SCALE = 0.3;

/**
 * A static embedding: a trained row per term, the weighted sum of a chunk's rows, scaled to unit length and quantised to
 * int8. The length of a row is what training made of its term's importance. A term without a row,
 * mostly a name of its repository, gets a pseudo-random one: it means nothing but itself.
 */
export class StaticEmbedder implements Embedder {
  static readonly identity = STATIC_MODEL_IDENTITY;
  readonly identity = StaticEmbedder.identity;
  readonly dimensions = DIMENSIONS;
  readonly batchSize = 256;
  readonly cost = 'local';
  private readonly kernel = new VectorKernel();
  private readonly model: StaticModel;
  private readonly hashed: HashedRows;
  private readonly hashedScale: number;
  private readonly rows: number;
  private readonly weights: number;
  private readonly sums: number;
  private readonly rowView: Uint32Array;
  private readonly weightView: Uint32Array;
  private count = 0;

  /** Reads the model that is shipped with the package, or another of its kind. */
  constructor(modelPath?: URL | string) {
    this.model = StaticModel.load(this.kernel, DIMENSIONS, modelPath);
    this.hashed = new HashedRows(this.kernel, DIMENSIONS);
    this.hashedScale = HASHED_SCALE * mean(this.model.scales);
    this.rows = this.kernel.allocate(MAX_TERMS * 4);
    this.weights = this.kernel.allocate(MAX_TERMS * 4);
    this.sums = this.kernel.allocate(DIMENSIONS * 4);
    this.rowView = this.kernel.words(this.rows, MAX_TERMS);
    this.weightView = this.kernel.words(this.weights, MAX_TERMS);
  }

  /** A weight, below 16, as the whole number that `add` takes; 0 stays 0. */
  static units(weight: number): number {
    return weight <= 0 ? 0 : Math.min(MAX_UNITS, Math.max(1, Math.round(weight * UNIT_WEIGHT)));
  }

  embed(batch: readonly WeightedTerms[]): Promise<readonly Int8Array[]> {
    return Promise.resolve(batch.map((input) => this.embedTerms(input)));
  }

  /** The same without a promise, for callers that embed one by one. Weights count relative to the greatest. */
  embedTerms({ terms, weights }: WeightedTerms): Int8Array {
    const unit = MAX_UNITS / UNIT_WEIGHT / weights.reduce((greatest, weight) => Math.max(greatest, weight), 0);
    this.begin();
    terms.forEach((term, i) => {
      if (weights[i]! > 0) this.add(this.rowOf(term), StaticEmbedder.units(weights[i]! * unit));
    });
    return this.finish();
  }

  /** True when training gave the term a row. */
  knows(term: string): boolean {
    return this.model.terms.find(term) >= 0;
  }

  /** The row of a term, worth remembering by those who meet a term often: trained ones from 0, hashed ones below 0. */
  rowOf(term: string): number {
    const trained = this.model.terms.find(term);
    return trained >= 0 ? trained : -1 - this.hashed.rowOf(term);
  }

  /** Begins a vector; then `add` each term and `finish`. */
  begin(): void {
    this.count = 0;
  }

  /** Adds a term by its row, with a weight in `units`. */
  add(row: number, units: number): void {
    if (this.count === MAX_TERMS) return;
    const scale = row >= 0 ? this.model.scales[row]! : this.hashedScale;
    this.rowView[this.count] = row >= 0 ? this.model.rows + row * DIMENSIONS : this.hashed.offset(-1 - row);
    this.weightView[this.count++] = Math.max(1, Math.round((units * scale) / 0xffff));
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

function mean(values: Uint16Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / Math.max(1, values.length);
}
