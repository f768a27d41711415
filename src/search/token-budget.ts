import type { SearchHit, Truncation } from './search-result.js';

/** English and code have about four characters per token in common models; other scripts have fewer. An estimate. */
const CHARACTERS_PER_TOKEN = 4;

/** Tokens that a text of so many characters (UTF-16 units) takes, by estimate. */
export function estimateTokens(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}

/**
 * The hits that fit into `maxTokens`, in their order, with snippets as long as fit. `charactersOf` tells what a hit takes
 * where it is printed. Hits are kept from the first one on, at first without a line of their snippets; then each in turn
 * gets its best line, each a second line, and so on. The first hit stays even where it does not fit.
 */
export function fitTokens(
  hits: readonly SearchHit[],
  maxTokens: number,
  charactersOf: (hit: SearchHit) => number,
): { readonly hits: readonly SearchHit[]; readonly truncated?: Truncation } {
  let room = maxTokens * CHARACTERS_PER_TOKEN;
  const kept: { readonly steps: readonly SearchHit[]; at: number; size: number }[] = [];
  for (const hit of hits) {
    const steps = shortenings(hit);
    const size = charactersOf(steps[0]!);
    if (size > room && kept.length > 0) break;
    room -= size;
    kept.push({ steps, at: 0, size });
  }
  for (let growing = kept; growing.length > 0;) {
    growing = growing.filter((item) => {
      const longer = item.steps[item.at + 1];
      if (longer === undefined) return false;
      const size = charactersOf(longer);
      if (size - item.size > room) return false;
      room -= size - item.size;
      item.size = size;
      item.at++;
      return true;
    });
  }
  const truncated = {
    hitsLeftOut: hits.length - kept.length,
    linesLeftOut: kept.reduce((sum, { steps, at }) => sum + lineCount(steps.at(-1)!) - lineCount(steps[at]!), 0),
  };
  const isWhole = truncated.hitsLeftOut === 0 && truncated.linesLeftOut === 0;
  return { hits: kept.map(({ steps, at }) => steps[at]!), ...(isWhole ? {} : { truncated }) };
}

/** The hit with no line of its snippet, with its best line, with more and more around it, and as it is. */
function shortenings(hit: SearchHit): SearchHit[] {
  if (hit.snippet === '') return [hit];
  const lines = hit.snippet.split('\n');
  const best = hit.bestLine - hit.snippetLine;
  const matching = new Set(hit.matchLines.map((line) => line - hit.snippetLine));
  const isBlank = (edge: number) => edge !== best && lines[edge]!.trim() === '';
  // From the whole window inwards: of its edges the one goes that says less, and blank ones go with it.
  let [start, end] = [0, lines.length];
  const steps = [hit];
  const isLess = (a: number, b: number) =>
    matching.has(a) === matching.has(b) ? Math.abs(a - best) > Math.abs(b - best) : matching.has(b);
  while (end - start > 1) {
    if (start < best && (end - 1 === best || isLess(start, end - 1))) start++;
    else end--;
    while (isBlank(start)) start++;
    while (isBlank(end - 1)) end--;
    steps.push(windowOf(hit, lines, start, end));
  }
  return [...steps, { ...hit, snippet: '', matchLines: [] }].reverse();
}

function lineCount({ snippet }: SearchHit): number {
  return snippet === '' ? 0 : snippet.split('\n').length;
}

function windowOf(hit: SearchHit, lines: readonly string[], start: number, end: number): SearchHit {
  const [first, last] = [hit.snippetLine + start, hit.snippetLine + end - 1];
  return {
    ...hit,
    snippet: lines.slice(start, end).join('\n'),
    snippetLine: first,
    matchLines: hit.matchLines.filter((line) => line >= first && line <= last),
  };
}
