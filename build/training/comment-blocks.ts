import type { Language } from '../../src/shared/languages.js';

/** A comment or documentation string: whole lines of a text, `end` is exclusive. */
export interface CommentBlock {
  readonly startLine: number;
  readonly endLine: number;
  /** What it says, without the signs that make it a comment. */
  readonly text: string;
}

/** What opens and closes a documentation string at the beginning of a line, by language. */
const DOCUMENTATION_STRINGS: Readonly<Record<string, readonly (readonly [open: RegExp, close: string])[]>> = {
  python: [
    [/^[rRuU]?"""/, '"""'],
    [/^[rRuU]?'''/, "'''"],
  ],
  elixir: [[/^@(module|type)?doc\s+(~[sS])?"""/, '"""']],
};

/** The comments that stand on lines of their own, from top to bottom; adjacent line comments are one. */
export function commentBlocks(lines: readonly string[], language: Language): CommentBlock[] {
  const blocks: CommentBlock[] = [];
  for (let at = 0; at < lines.length;) {
    const end = endOfComment(lines, at, language);
    if (end > at) blocks.push({ startLine: at, endLine: end, text: lines.slice(at, end).map(undecorated).join('\n') });
    at = Math.max(end, at + 1);
  }
  return blocks;
}

/** The line behind the comment that begins at a line; the line itself when none does. */
function endOfComment(lines: readonly string[], at: number, { id, comments }: Language): number {
  const line = lines[at]!.trim();
  for (const [open, close] of comments.block) {
    if (line.startsWith(open)) return endOfBlock(lines, at, line.slice(open.length), close);
  }
  for (const [open, close] of DOCUMENTATION_STRINGS[id] ?? []) {
    const opened = open.exec(line);
    if (opened) return endOfBlock(lines, at, line.slice(opened[0].length), close);
  }
  let end = at;
  while (end < lines.length && comments.line.some((sign) => lines[end]!.trimStart().startsWith(sign))) end++;
  return end;
}

function endOfBlock(lines: readonly string[], at: number, rest: string, close: string): number {
  if (rest.includes(close)) return at + 1;
  for (let end = at + 1; end < lines.length; end++) if (lines[end]!.includes(close)) return end + 1;
  return at;
}

function undecorated(line: string): string {
  return line
    .replace(/^\s*(@(module|type)?doc\s+)?[\s*/#;!=+|"'%{-]*/, '')
    .replace(/\s*(\*\/|"""|'''|-\}|-->)\s*$/, '');
}
