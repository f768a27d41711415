import { DIMENSIONS, ROW_BYTES, type TrainingKernel } from './training-kernel.js';
import type { TrainingPairs } from './training-pairs.js';
import type { TrainingTable } from './training-table.js';

/** A pair of one repository. */
export interface PairReference {
  readonly pairs: TrainingPairs;
  readonly pair: number;
}

/**
 * One step of contrastive training (InfoNCE: A. van den Oord and others, 2018): in a batch every query is to be nearest
 * to its own document, and every document to its own query; all others of the batch are the negatives. Rows move by
 * Adagrad (J. Duchi and others, 2011), which lets rare terms take long steps.
 */
export class ContrastiveStep {
  private readonly kernel: TrainingKernel;
  private readonly squares: number;
  private readonly gradients: number;
  /** Unit vectors of the batch's queries and documents. */
  private readonly queries: number;
  private readonly documents: number;
  private readonly lengths: Float64Array;
  private readonly similarities: number;
  private readonly coefficients: number;
  private readonly queryOffsets: number;
  private readonly documentOffsets: number;
  private readonly gradient: number;
  private readonly touched: number;
  private readonly isTouched: Uint8Array;

  constructor(
    private readonly table: TrainingTable,
    private readonly batchSize: number,
    private readonly temperature: number,
  ) {
    const { kernel, count } = table;
    this.kernel = kernel;
    this.squares = kernel.allocate(count * ROW_BYTES);
    this.gradients = kernel.allocate(count * ROW_BYTES);
    this.queries = kernel.allocate(batchSize * ROW_BYTES);
    this.documents = kernel.allocate(batchSize * ROW_BYTES);
    this.similarities = kernel.allocate(batchSize * batchSize * 4);
    this.coefficients = kernel.allocate(batchSize * 4);
    this.queryOffsets = kernel.allocate(batchSize * 4);
    this.documentOffsets = kernel.allocate(batchSize * 4);
    this.gradient = kernel.allocate(ROW_BYTES);
    this.touched = kernel.allocate(count * 4);
    this.isTouched = new Uint8Array(count);
    this.lengths = new Float64Array(batchSize * 2);
    for (let i = 0; i < batchSize; i++) {
      kernel.words(this.queryOffsets, batchSize)[i] = this.queries + i * ROW_BYTES;
      kernel.words(this.documentOffsets, batchSize)[i] = this.documents + i * ROW_BYTES;
    }
  }

  /** Makes one step with a batch; returns its loss before the step, in nats. */
  run(batch: readonly PairReference[], rate: number): number {
    const { kernel, batchSize, table } = this;
    batch.forEach(({ pairs, pair }, i) => {
      this.lengths[i] = table.embed(pairs, 2 * pair, this.queries + i * ROW_BYTES).length;
      this.lengths[batchSize + i] = table.embed(pairs, 2 * pair + 1, this.documents + i * ROW_BYTES).length;
    });
    const matrix = kernel.floats(this.similarities, batchSize * batchSize);
    for (let i = 0; i < batchSize; i++) {
      const row = this.similarities + i * batchSize * 4;
      kernel.call.dots(this.queries + i * ROW_BYTES, this.documents, batchSize, row);
    }
    const loss = this.toGradient(matrix);
    let touchedCount = 0;
    batch.forEach((reference, i) => {
      const [row, column] = [kernel.floats(this.coefficients, batchSize), i];
      row.set(matrix.subarray(i * batchSize, (i + 1) * batchSize));
      touchedCount = this.spread(reference, 0, i, this.documentOffsets, touchedCount);
      for (let j = 0; j < batchSize; j++) row[j] = matrix[j * batchSize + column]!;
      touchedCount = this.spread(reference, 1, i, this.queryOffsets, touchedCount);
    });
    kernel.call.adagrad(this.touched, touchedCount, table.rows, this.squares, this.gradients, rate);
    const touched = kernel.words(this.touched, touchedCount);
    for (let i = 0; i < touchedCount; i++) this.isTouched[touched[i]! / ROW_BYTES] = 0;
    return loss;
  }

  /** Replaces similarities by the loss's derivatives with respect to them; returns the loss, the mean of both directions. */
  private toGradient(matrix: Float32Array): number {
    const { batchSize: n, temperature } = this;
    const rowSums = new Float64Array(n);
    const columnSums = new Float64Array(n);
    let loss = 0;
    for (let i = 0; i < n; i++) loss -= matrix[i * n + i]! / temperature;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        // Cosines are at most 1: the shift keeps exponentials small without looking for the greatest.
        const likelihood = Math.exp((matrix[i * n + j]! - 1) / temperature);
        matrix[i * n + j] = likelihood;
        rowSums[i]! += likelihood;
        columnSums[j]! += likelihood;
      }
    }
    for (let i = 0; i < n; i++) loss += (Math.log(rowSums[i]!) + Math.log(columnSums[i]!)) / 2 + 1 / temperature;
    const scale = 1 / (2 * n * temperature);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const likelihood = matrix[i * n + j]!;
        const target = i === j ? 2 : 0;
        matrix[i * n + j] = (likelihood / rowSums[i]! + likelihood / columnSums[j]! - target) * scale;
      }
    }
    return loss / n;
  }

  /** Adds the gradient of side `which` (0 query, 1 document) of the batch's pair `i` to those of its rows. */
  private spread(
    { pairs, pair }: PairReference,
    which: 0 | 1,
    i: number,
    others: number,
    touchedCount: number,
  ): number {
    const { kernel, batchSize, table, isTouched } = this;
    kernel.call.gather(others, this.coefficients, batchSize, this.gradient);
    const gradient = kernel.floats(this.gradient, DIMENSIONS);
    const unit = kernel.floats((which === 0 ? this.queries : this.documents) + i * ROW_BYTES, DIMENSIONS);
    // Only what turns the vector changes a cosine.
    let along = 0;
    for (let d = 0; d < DIMENSIONS; d++) along += gradient[d]! * unit[d]!;
    const length = this.lengths[which * batchSize + i]!;
    for (let d = 0; d < DIMENSIONS; d++) gradient[d] = (gradient[d]! - along * unit[d]!) / length;
    const count = table.readSide(pairs, 2 * pair + which, this.gradients);
    kernel.call.scatter(table.offsets, table.weights, count, this.gradient);
    const offsets = kernel.words(table.offsets, count);
    const touched = kernel.words(this.touched, table.count);
    for (let k = 0; k < count; k++) {
      const row = (offsets[k]! - this.gradients) / ROW_BYTES;
      if (isTouched[row] === 1) continue;
      isTouched[row] = 1;
      touched[touchedCount++] = row * ROW_BYTES;
    }
    return touchedCount;
  }
}
