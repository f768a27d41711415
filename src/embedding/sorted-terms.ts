/** Distinct ASCII terms in the order of their bytes, packed one behind the other and found by bisection. */
export class SortedTerms {
  readonly count: number;

  /** `offsets[i]` is where term `i` begins in `bytes`, `offsets[count]` where the last one ends. */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly offsets: Uint32Array,
  ) {
    this.count = offsets.length - 1;
  }

  /** Packs terms that are ASCII, distinct and sorted by their characters. */
  static of(terms: readonly string[]): SortedTerms {
    const offsets = new Uint32Array(terms.length + 1);
    terms.forEach((term, i) => (offsets[i + 1] = offsets[i]! + term.length));
    return new SortedTerms(Buffer.from(terms.join(''), 'latin1'), offsets);
  }

  /** Number of a term in sorted order; -1 when it is not there. */
  find(term: string): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.compare(term, middle);
      if (order === 0) return middle;
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    return -1;
  }

  /** Below 0 when `term` comes before term `i`, 0 when it is the same, above 0 when it comes after. */
  private compare(term: string, i: number): number {
    const start = this.offsets[i]!;
    const length = this.offsets[i + 1]! - start;
    const common = Math.min(term.length, length);
    for (let at = 0; at < common; at++) {
      const difference = term.charCodeAt(at) - this.bytes[start + at]!;
      if (difference !== 0) return difference;
    }
    return term.length - length;
  }
}
