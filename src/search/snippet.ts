import { scanTokens } from '../chunking/terms.js';
import { Vocabulary } from '../chunking/vocabulary.js';

/** Lines of a chunk that answer the query best. */
export interface Snippet {
  readonly text: string;
  /** Line number of the first line, 1-based. */
  readonly line: number;
  /** Numbers of the lines that hold a term of the query. */
  readonly matchLines: readonly number[];
}

/** Cuts snippets. Remembers the terms of words: sources repeat them. */
export class SnippetCutter {
  private vocabulary = new Vocabulary();

  /**
   * The window of at most `2 * contextLines + 1` lines of a chunk that holds most distinct terms of the query; the
   * first such window wins a tie, since a chunk's first lines name it.
   */
  cut(text: string, startLine: number, endLine: number, terms: readonly string[], contextLines: number): Snippet {
    if (this.vocabulary.isFull) this.vocabulary = new Vocabulary();
    const wanted = new Set(terms.map((term) => this.vocabulary.idOf(term)));
    const lines = linesOf(text, startLine, endLine);
    const found = lines.map((line) => this.termsIn(line, wanted));
    const size = Math.min(lines.length, 2 * contextLines + 1);
    let best = { start: 0, count: -1 };
    for (let start = 0; start + size <= lines.length; start++) {
      const distinct = new Set(found.slice(start, start + size).flat());
      if (distinct.size > best.count) best = { start, count: distinct.size };
    }
    const first = startLine + best.start;
    const matchLines: number[] = [];
    for (let line = best.start; line < best.start + size; line++) {
      if (found[line]!.length > 0) matchLines.push(startLine + line);
    }
    return { text: lines.slice(best.start, best.start + size).join('\n'), line: first, matchLines };
  }

  private termsIn(line: string, wanted: ReadonlySet<number>): number[] {
    const found: number[] = [];
    scanTokens(line, 0, line.length, (start, end, hash, secondHash) => {
      this.vocabulary.forEachTerm(line, start, end, hash, secondHash, (id) => {
        if (wanted.has(id)) found.push(id);
      });
    });
    return found;
  }
}

/** Lines `startLine` to `endLine` (1-based, inclusive) without blank ones at the end. */
function linesOf(text: string, startLine: number, endLine: number): string[] {
  let offset = 0;
  for (let line = 1; line < startLine; line++) {
    offset = text.indexOf('\n', offset) + 1;
    // The file has become shorter since it was indexed.
    if (offset === 0) return [''];
  }
  const lines: string[] = [];
  for (let line = startLine; line <= endLine && offset <= text.length; line++) {
    const end = text.indexOf('\n', offset);
    lines.push(text.slice(offset, end < 0 ? text.length : end));
    if (end < 0) break;
    offset = end + 1;
  }
  while (lines.length > 1 && lines.at(-1)!.trim() === '') lines.pop();
  return lines;
}
