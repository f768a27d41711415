import type { CommentSyntax } from '../shared/languages.js';

/** True for a line that holds a comment and no code, as far as the line alone can tell. */
export function isCommentLine(line: string, { line: markers, block }: CommentSyntax): boolean {
  const text = line.trimStart();
  if (markers.some((marker) => text.startsWith(marker))) return true;
  return block.some(
    ([open, close]) =>
      text.startsWith(open) ||
      text.trimEnd() === close ||
      // Lines inside a block of C style begin with a star and a blank: a pointer that is assigned to has no blank.
      (open.startsWith('/*') && /^\*(?:\s|\/|$)/.test(text)),
  );
}
