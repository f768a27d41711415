/**
 * Where the lines of a text begin. A line ends with its `\n`; a text that ends with `\n` has no empty line after it.
 * Lines count from 0 here. Indexes count UTF-16 units.
 */
export class LineTable {
  /** Index of each line's first character, and the length of the text as the end of the last line. */
  readonly starts: readonly number[];
  /** Length of the longest line, its newline included. */
  readonly longest: number;
  /** The line found last: walks move forward, so the next one is usually near. */
  private recent = 0;

  constructor(readonly text: string) {
    const starts: number[] = [];
    let start = 0;
    let longest = 0;
    while (start < text.length) {
      starts.push(start);
      const newline = text.indexOf('\n', start);
      const end = newline < 0 ? text.length : newline + 1;
      if (end - start > longest) longest = end - start;
      start = end;
    }
    starts.push(text.length);
    this.starts = starts;
    this.longest = longest;
  }

  get count(): number {
    return this.starts.length - 1;
  }

  /** The line that holds the character at `index`; an index at or beyond the end belongs to the last line. */
  lineAt(index: number): number {
    const starts = this.starts;
    let low = this.recent;
    if (starts[low]! > index) low = 0;
    // Gallop, then bisect: starts[low] <= index < starts[high].
    let step = 1;
    let high = low + 1;
    while (high < this.count && starts[high]! <= index) {
      low = high;
      high = low + step;
      step *= 2;
    }
    if (high > this.count) high = this.count;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= index) low = middle;
      else high = middle;
    }
    this.recent = low;
    return low;
  }

  /** Number of characters in the lines [from, to), newlines included. */
  size(from: number, to: number): number {
    return this.starts[to]! - this.starts[from]!;
  }

  /** The text of one line, without its newline. */
  line(line: number): string {
    const end = this.starts[line + 1]!;
    return this.text.slice(this.starts[line], this.text[end - 1] === '\n' ? end - 1 : end);
  }
}
