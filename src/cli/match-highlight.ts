/** Parts of words shorter than this are not marked: single letters light up everywhere. */
const MIN_LETTERS = 2;

/**
 * A pattern that finds the words of a query in a line, whole or as part of an identifier, whatever their case; undefined
 * where the query has no word worth marking.
 */
export function wordPattern(query: string): RegExp | undefined {
  const words = query
    .split(/[^\p{L}\p{N}_$]+/u)
    .flatMap((word) => [word, ...word.split(/_|(?<=\p{Ll})(?=\p{Lu})/u)])
    .filter((word) => [...word].length >= MIN_LETTERS);
  if (words.length === 0) return undefined;
  // Longest first, so that the whole identifier is marked rather than its beginning.
  const alternatives = [...new Set(words)].sort((a, b) => b.length - a.length).map(escapePattern);
  return new RegExp(alternatives.join('|'), 'giu');
}

/** `line` with every match of the pattern passed through `mark`. */
export function markMatches(line: string, pattern: RegExp | undefined, mark: (text: string) => string): string {
  return pattern ? line.replace(pattern, (match) => mark(match)) : line;
}

function escapePattern(text: string): string {
  return text.replace(/[$]/g, '\\$&');
}
