import type { SortedTerms } from '../../src/embedding/sorted-terms.js';
import { DOCUMENT_WEIGHTS } from './document-weights.js';
import { PAIR_KINDS, type PairKind } from './pair-kinds.js';
import type { PairColumns } from './pair-set.js';

/** Fixed point of the weights in memory; the greatest weight is below 8. */
const WEIGHT_UNIT = 1 / 4096;

/** Pairs with their terms replaced by the rows of a table. Side `2 i` is the query of pair `i`, `2 i + 1` its document. */
export class TrainingPairs {
  private constructor(
    private readonly kinds: Uint8Array,
    private readonly starts: Uint32Array,
    private readonly rows: Uint16Array,
    private readonly weights: Uint16Array,
  ) {}

  /** Pairs of which a side has no row are left out. */
  static of(columns: PairColumns, table: SortedTerms): TrainingPairs {
    const rowsById = columns.terms.map((term) => table.find(term));
    const [kinds, starts, rows, weights]: number[][] = [[], [0], [], []];
    columns.kinds.forEach((kind, pair) => {
      const before = rows!.length;
      for (const side of [2 * pair, 2 * pair + 1]) {
        for (let i = columns.starts[side]!; i < columns.starts[side + 1]!; i++) {
          const row = rowsById[columns.ids[i]!]!;
          const weight = DOCUMENT_WEIGHTS[columns.postings[i]!]!;
          if (row < 0 || weight === 0) continue;
          rows!.push(row);
          weights!.push(Math.round(weight / WEIGHT_UNIT));
        }
        starts!.push(rows!.length);
      }
      const [, middle, end] = starts!.slice(-3);
      if (middle! > before && end! > middle!) return void kinds!.push(kind);
      starts!.length -= 2;
      rows!.length = before;
      weights!.length = before;
    });
    return new TrainingPairs(
      Uint8Array.from(kinds!),
      Uint32Array.from(starts!),
      Uint16Array.from(rows!),
      Uint16Array.from(weights!),
    );
  }

  get count(): number {
    return this.kinds.length;
  }

  kind(pair: number): PairKind {
    return PAIR_KINDS[this.kinds[pair]!]!;
  }

  /** Writes a side's rows and weights; returns how many. */
  copySide(side: number, rows: Uint32Array, weights: Float32Array): number {
    const start = this.starts[side]!;
    const count = this.starts[side + 1]! - start;
    for (let i = 0; i < count; i++) {
      rows[i] = this.rows[start + i]!;
      weights[i] = this.weights[start + i]! * WEIGHT_UNIT;
    }
    return count;
  }
}
