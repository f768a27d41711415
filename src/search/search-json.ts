import type { SearchHit, SearchResult } from './search-result.js';

/** A hit with exactly the fields that programs are promised; `signals` only where they were asked for. */
export function hitJson(hit: SearchHit): object {
  const { path, startLine, endLine, kind, symbol, score, fresh, snippet, signals } = hit;
  return { path, startLine, endLine, kind, symbol, score, fresh, snippet, ...(signals && { signals }) };
}

/** A hit as one of a list of files: where in the file it is, and nothing of its text. */
export function fileJson({ path, score, startLine, endLine, fresh, signals }: SearchHit): object {
  return { path, score, startLine, endLine, fresh, ...(signals && { signals }) };
}

/** Characters that a value takes in a list in JSON, with its comma. */
export function jsonCharacters(value: object): number {
  return JSON.stringify(value).length + 1;
}

/** An answer as `search --json` prints it, or as `search --files --json` does; `about` is what else is known of the index. */
export function searchJson(
  { query, tookMs, hits, truncated, notices }: SearchResult,
  list: 'hits' | 'files',
  about: object = {},
): object {
  return {
    query,
    tookMs,
    [list]: hits.map(list === 'hits' ? hitJson : fileJson),
    ...(truncated && { truncated }),
    ...about,
    notices,
  };
}
