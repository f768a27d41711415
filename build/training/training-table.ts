import { DIMENSIONS, ROW_BYTES, type TrainingKernel } from './training-kernel.js';
import type { TrainingPairs } from './training-pairs.js';
import type { ChosenTerms } from './training-terms.js';
import type { Random } from './random.js';

/** More rows than any side of a pair has. */
const MAX_SIDE = 4096;

/** The table under training: an f32 row per term, in the memory of a kernel. */
export class TrainingTable {
  readonly rows: number;
  /** Byte offsets (u32) of the rows of the side read last, and their weights (f32). */
  readonly offsets: number;
  readonly weights: number;
  private readonly offsetView: Uint32Array;
  private readonly weightView: Float32Array;

  constructor(
    readonly kernel: TrainingKernel,
    readonly count: number,
  ) {
    this.rows = kernel.allocate(count * ROW_BYTES);
    this.offsets = kernel.allocate(MAX_SIDE * 4);
    this.weights = kernel.allocate(MAX_SIDE * 4);
    this.offsetView = kernel.words(this.offsets, MAX_SIDE);
    this.weightView = kernel.floats(this.weights, MAX_SIDE);
  }

  get values(): Float32Array {
    return this.kernel.floats(this.rows, this.count * DIMENSIONS);
  }

  /**
   * A random projection to begin with: normal components, so that terms are nearly orthogonal, and lengths in proportion
   * to the inverse document frequency, 1 on average over terms. Similarity then is a match of words.
   */
  fillRandom({ frequencies, sides }: ChosenTerms, random: Random): void {
    const importance = Float64Array.from(frequencies, (frequency) => Math.log(sides / frequency));
    const mean = importance.reduce((sum, each) => sum + each, 0) / importance.length;
    const { values } = this;
    importance.forEach((each, row) => {
      const scale = each / mean / Math.sqrt(DIMENSIONS);
      for (let d = 0; d < DIMENSIONS; d++) values[row * DIMENSIONS + d] = random.normal() * scale;
    });
  }

  /** Writes the unit vector of a side of a pair to `out`; returns the number of rows it was summed from and its length. */
  embed(pairs: TrainingPairs, side: number, out: number): { readonly count: number; readonly length: number } {
    const count = this.readSide(pairs, side, this.rows);
    this.kernel.call.gather(this.offsets, this.weights, count, out);
    const vector = this.kernel.floats(out, DIMENSIONS);
    let squares = 0;
    for (let d = 0; d < DIMENSIONS; d++) squares += vector[d]! * vector[d]!;
    const length = Math.sqrt(squares) || 1;
    for (let d = 0; d < DIMENSIONS; d++) vector[d]! /= length;
    return { count, length };
  }

  /** Fills `offsets`, from a table that begins at `base`, and `weights`; returns how many. */
  readSide(pairs: TrainingPairs, side: number, base: number): number {
    const { offsetView } = this;
    const count = pairs.copySide(side, offsetView, this.weightView);
    for (let i = 0; i < count; i++) offsetView[i] = base + offsetView[i]! * ROW_BYTES;
    return count;
  }
}
