import type { SearchHit, SearchResult } from './search-result.js';

/** A hit with exactly the fields that programs are promised. */
export function hitJson({ path, startLine, endLine, kind, symbol, score, fresh, snippet }: SearchHit): object {
  return { path, startLine, endLine, kind, symbol, score, fresh, snippet };
}

/** A hit as one of a list of files: where in the file it is, and nothing of its text. */
export function fileJson({ path, score, startLine, endLine, fresh }: SearchHit): object {
  return { path, score, startLine, endLine, fresh };
}

/** Characters that a value takes in a list in JSON, with its comma. */
export function jsonCharacters(value: object): number {
  return JSON.stringify(value).length + 1;
}

/** An answer as `search --json` prints it, or as `search --files --json` does. */
export function searchJson({ query, tookMs, hits, truncated, notices }: SearchResult, list: 'hits' | 'files'): object {
  return {
    query,
    tookMs,
    [list]: hits.map(list === 'hits' ? hitJson : fileJson),
    ...(truncated && { truncated }),
    notices,
  };
}
