import { scanTokens } from '../chunking/terms.js';
import { Vocabulary } from '../chunking/vocabulary.js';
import type { CommentSyntax } from '../shared/languages.js';
import { isCommentLine } from './comment-line.js';

/** Lines of a chunk that answer the query best. */
export interface Snippet {
  readonly text: string;
  /** Line number of the first line, 1-based. */
  readonly line: number;
  /** Number of the line that says most of the query: the last to go where a snippet is shortened. */
  readonly bestLine: number;
  /** Numbers of the lines that hold a term of the query. */
  readonly matchLines: readonly number[];
}

/** The chunk that a snippet is cut from. */
export interface SnippetSource {
  /** The whole file. */
  readonly text: string;
  /** Lines of the chunk, 1-based and inclusive. */
  readonly startLine: number;
  readonly endLine: number;
  /** What the chunk defines; empty where it defines nothing. */
  readonly symbol?: string;
  /** How the file writes comments, where that is known. */
  readonly comments?: CommentSyntax | undefined;
}

/** The distinct terms of a query, and how telling each is: rare terms more than common ones. Without weights all are equal. */
export interface SnippetTerms {
  readonly terms: readonly string[];
  readonly weights?: readonly number[];
}

/** A line of the chunk as choosing sees it. */
interface Line {
  readonly text: string;
  readonly isBlank: boolean;
  /** True for a line that a snippet should not begin with: blank, or the end of what was before, such as `}`. */
  readonly isWordless: boolean;
  /** Positions of the terms that stand in it. */
  readonly terms: readonly number[];
  /** Sum of their weights. */
  readonly weight: number;
  /** 2 for code that names what the chunk defines, 1 for other code, 0 for comments. */
  readonly rank: number;
}

/** A choice of lines, by position in the chunk; `end` is exclusive. What decides between two choices comes first. */
interface Choice {
  readonly weight: number;
  readonly bestWeight: number;
  readonly bestRank: number;
  /** Lines between its middle and its best line, and lines at its edges that say nothing. */
  readonly imbalance: number;
  readonly best: number;
  readonly start: number;
  readonly end: number;
}

/** Cuts snippets. Remembers the terms of words: sources repeat them. */
export class SnippetCutter {
  private vocabulary = new Vocabulary();

  /**
   * The window of at most `2 * contextLines + 1` lines of a chunk whose distinct terms weigh most; of equal ones that with
   * the heaviest single line, with a definition rather than a comment for it, with that line nearest to its middle and fewest
   * empty lines at its edges; then the first. Blank lines at its edges are cut off.
   */
  cut(source: SnippetSource, query: SnippetTerms, contextLines: number): Snippet {
    const lines = this.linesOf(source, query);
    const size = Math.min(lines.length, 2 * contextLines + 1);
    const weights = query.terms.map((_, term) => query.weights?.[term] ?? 1);
    let chosen = choiceOf(lines, weights, 0, size);
    for (let start = 1; start + size <= lines.length; start++) {
      const choice = choiceOf(lines, weights, start, start + size);
      if (isBetter(choice, chosen)) chosen = choice;
    }
    const [start, end] = withoutBlankEdges(lines, chosen);
    const shown = lines.slice(start, end);
    const first = source.startLine + start;
    return {
      text: shown.map(({ text }) => text).join('\n'),
      line: first,
      bestLine: source.startLine + chosen.best,
      matchLines: shown.flatMap(({ terms }, i) => (terms.length > 0 ? [first + i] : [])),
    };
  }

  private linesOf({ text, startLine, endLine, symbol, comments }: SnippetSource, query: SnippetTerms): Line[] {
    if (this.vocabulary.isFull) this.vocabulary = new Vocabulary();
    const wanted = new Map(query.terms.map((term, position) => [this.vocabulary.idOf(term), position]));
    return rawLines(text, startLine, endLine).map((line) => {
      const terms = this.termsIn(line, wanted);
      const isComment = comments !== undefined && isCommentLine(line, comments);
      return {
        text: line,
        isBlank: line.trim() === '',
        isWordless: !/[\p{L}\p{N}]/u.test(line),
        terms,
        weight: terms.reduce((sum, term) => sum + (query.weights?.[term] ?? 1), 0),
        rank: isComment ? 0 : symbol && line.includes(symbol) ? 2 : 1,
      };
    });
  }

  /** Positions of the wanted terms in a line, each once, in rising order. */
  private termsIn(line: string, wanted: ReadonlyMap<number, number>): number[] {
    const found = new Set<number>();
    scanTokens(line, 0, line.length, (start, end, hash, secondHash) => {
      this.vocabulary.forEachTerm(line, start, end, hash, secondHash, (id) => {
        const term = wanted.get(id);
        if (term !== undefined) found.add(term);
      });
    });
    return [...found].sort((a, b) => a - b);
  }
}

function choiceOf(lines: readonly Line[], weights: readonly number[], start: number, end: number): Choice {
  const present = new Set<number>();
  let best = start;
  for (let at = start; at < end; at++) {
    for (const term of lines[at]!.terms) present.add(term);
    const [line, leader] = [lines[at]!, lines[best]!];
    if (line.weight > leader.weight || (line.weight === leader.weight && prefers(line, leader))) best = at;
  }
  let emptyEdges = 0;
  for (let at = start; at < end && lines[at]!.isWordless; at++) emptyEdges++;
  for (let at = end - 1; at > start && lines[at]!.isBlank; at--) emptyEdges++;
  return {
    // Added up in the order of the terms, so that equal windows have equal sums.
    weight: weights.reduce((sum, weight, term) => (present.has(term) ? sum + weight : sum), 0),
    bestWeight: lines[best]!.weight,
    bestRank: lines[best]!.rank,
    imbalance: emptyEdges + (present.size === 0 ? 0 : Math.abs(best - (start + end - 1) / 2)),
    ...{ best, start, end },
  };
}

/** True when a line is to be shown rather than an equally heavy one before it. */
function prefers(line: Line, before: Line): boolean {
  if (line.isBlank || before.isBlank) return before.isBlank && !line.isBlank;
  return line.rank > before.rank;
}

function isBetter(a: Choice, b: Choice): boolean {
  if (a.weight !== b.weight) return a.weight > b.weight;
  // Where nothing matches, the beginning of a chunk says best what it is.
  if (a.weight > 0 && a.bestWeight !== b.bestWeight) return a.bestWeight > b.bestWeight;
  if (a.weight > 0 && a.bestRank !== b.bestRank) return a.bestRank > b.bestRank;
  return a.imbalance < b.imbalance;
}

/** The choice without its blank first and last lines, but never without its best line. */
function withoutBlankEdges(lines: readonly Line[], { start, end, best }: Choice): [start: number, end: number] {
  while (start < best && lines[start]!.isBlank) start++;
  while (end > best + 1 && lines[end - 1]!.isBlank) end--;
  return [start, end];
}

/** Lines `startLine` to `endLine` (1-based, inclusive) without blank ones at the end. */
function rawLines(text: string, startLine: number, endLine: number): string[] {
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
  // A forged chunk may end before it begins.
  return lines.length > 0 ? lines : [''];
}
