import type { VectorKernel } from '../shared/vector-kernel.js';

/** Several terms share a row. */
const ROWS = 1 << 14;
const SEED = 0x6d696e64;
const WARM_UP = 8;

/**
 * Pseudo-random rows for terms that no table knows, chosen by the hash of the term: nearly orthogonal to all others, a
 * random projection (W. B. Johnson and J. Lindenstrauss, 1984). Equal terms match, and that is all they say.
 */
export class HashedRows {
  private readonly table: number;
  /** Rows are filled when first asked for: a search asks for few. */
  private readonly isFilled = new Uint8Array(ROWS);

  constructor(
    private readonly kernel: VectorKernel,
    private readonly dimensions: number,
  ) {
    this.table = kernel.allocate(ROWS * dimensions);
  }

  /** Number of a term's row. */
  rowOf(term: string): number {
    let hash = 0x811c9dc5;
    for (let i = 0; i < term.length; i++) hash = Math.imul(hash ^ term.charCodeAt(i), 0x01000193);
    const row = (hash ^ (hash >>> 15)) & (ROWS - 1);
    if (this.isFilled[row] === 0) {
      fillPseudoRandom(this.kernel.words(this.offset(row), this.dimensions / 4), row);
      this.isFilled[row] = 1;
    }
    return row;
  }

  /** Byte offset of a row in the kernel's memory. */
  offset(row: number): number {
    return this.table + row * this.dimensions;
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
