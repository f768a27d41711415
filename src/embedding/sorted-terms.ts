/** The longest term found at a place of a text. */
export interface TermMatch {
  /** Number of the term in sorted order. */
  readonly term: number;
  /** In characters, which are bytes here: terms are ASCII. */
  readonly length: number;
}

/**
 * Distinct ASCII terms in the order of their bytes, packed one behind the other. A look-up narrows the range of the terms
 * that begin like the text, one character at a time, so that one walk finds the longest term at a place of a text.
 */
export class SortedTerms {
  readonly count: number;
  /** Where the terms that begin with each character code begin; the last is `count`. */
  private readonly firstByCode: Uint32Array;

  /** `offsets[i]` is where term `i` begins in `bytes`, `offsets[count]` where the last one ends. */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly offsets: Uint32Array,
  ) {
    this.count = offsets.length - 1;
    this.firstByCode = new Uint32Array(129);
    for (let code = 1; code <= 128; code++) {
      this.firstByCode[code] = this.lowerBound(this.firstByCode[code - 1]!, this.count, 0, code);
    }
  }

  /** Packs terms that are ASCII, distinct and sorted by their characters. */
  static of(terms: readonly string[]): SortedTerms {
    const offsets = new Uint32Array(terms.length + 1);
    terms.forEach((term, i) => (offsets[i + 1] = offsets[i]! + term.length));
    return new SortedTerms(Buffer.from(terms.join(''), 'latin1'), offsets);
  }

  /** The longest term that stands in `text` at `from`; undefined when none does. */
  longestAt(text: string, from: number): TermMatch | undefined {
    const first = text.charCodeAt(from);
    if (!(first < 128)) return undefined;
    let low = this.firstByCode[first]!;
    let high = this.firstByCode[first + 1]!;
    let found: TermMatch | undefined;
    for (let length = 1; low < high; length++) {
      // Shorter terms sort before those they begin, so the prefix itself, where it is a term, is the first of the range.
      if (this.offsets[low + 1]! - this.offsets[low]! === length) found = { term: low, length };
      const code = text.charCodeAt(from + length);
      if (!(code < 128)) break;
      low = this.lowerBound(low, high, length, code);
      high = this.lowerBound(low, high, length, code + 1);
    }
    return found;
  }

  /** Number of the first term from `low` to `high` whose character at `position` is not below `code`; ended terms are below all. */
  private lowerBound(low: number, high: number, position: number, code: number): number {
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = this.offsets[middle]! + position;
      if (at < this.offsets[middle + 1]! && this.bytes[at]! >= code) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
