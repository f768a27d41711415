import { scanTokens, termsOf } from '../chunking/terms.js';

/** Lines of a chunk that answer the query best. */
export interface Snippet {
  readonly text: string;
  /** Line number of the first line, 1-based. */
  readonly line: number;
  /** Numbers of the lines that hold a term of the query. */
  readonly matchLines: readonly number[];
}

/**
 * The window of at most `2 * contextLines + 1` lines of a chunk that holds most distinct terms of the query; the
 * chunk's first line, which names it, wins a tie.
 */
export function snippetOf(text: string, startLine: number, endLine: number, terms: ReadonlySet<string>, contextLines: number): Snippet {
  const lines = text.split('\n').slice(startLine - 1, endLine);
  while (lines.length > 1 && lines.at(-1)!.trim() === '') lines.pop();
  const found = lines.map((line) => termsIn(line, terms));
  const size = Math.min(lines.length, 2 * contextLines + 1);
  let best = { start: 0, count: -1 };
  for (let start = 0; start + size <= lines.length; start++) {
    const distinct = new Set(found.slice(start, start + size).flat());
    if (distinct.size > best.count) best = { start, count: distinct.size };
  }
  const first = startLine + best.start;
  const matchLines = lines.flatMap((_, i) => (found[i]!.length > 0 ? [startLine + i] : []));
  return {
    text: lines.slice(best.start, best.start + size).join('\n'),
    line: first,
    matchLines: matchLines.filter((line) => line >= first && line < first + size),
  };
}

function termsIn(line: string, terms: ReadonlySet<string>): string[] {
  const found: string[] = [];
  scanTokens(line, 0, line.length, (start, end) => {
    for (const term of termsOf(line.slice(start, end))) if (terms.has(term)) found.push(term);
  });
  return found;
}
