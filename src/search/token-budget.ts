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
    linesLeftOut: kept.reduce((sum, { steps, at }) => sum + steps.length - 1 - at, 0),
  };
  const isWhole = truncated.hitsLeftOut === 0 && truncated.linesLeftOut === 0;
  return { hits: kept.map(({ steps, at }) => steps[at]!), ...(isWhole ? {} : { truncated }) };
}

/** The hit with no line of its snippet, with its best line, with one more line each, and as it is. */
function shortenings(hit: SearchHit): SearchHit[] {
  if (hit.snippet === '') return [hit];
  const lines = hit.snippet.split('\n');
  const best = hit.bestLine - hit.snippetLine;
  const matching = new Set(hit.matchLines.map((line) => line - hit.snippetLine));
  // From the whole window inwards: of its two edges the one goes that says less.
  let [start, end] = [0, lines.length];
  const windows: SearchHit[] = [hit];
  while (end - start > 1) {
    const worth = (edge: number) =>
      edge === best
        ? Infinity
        : (matching.has(edge) ? 1000 : 0) + (lines[edge]!.trim() === '' ? -1000 : 0) - Math.abs(edge - best);
    if (worth(start) < worth(end - 1)) start++;
    else end--;
    windows.push(windowOf(hit, lines, start, end));
  }
  windows.push({ ...hit, snippet: '', matchLines: [] });
  return windows.reverse();
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
