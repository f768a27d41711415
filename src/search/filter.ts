import { PathGlobs } from '../discovery/path-globs.js';
import { languageOf } from '../shared/languages.js';
import type { SearchOptions } from './search-result.js';

/** A test of paths by the filters of a query; everything passes where there are none. */
export function filterOf({ paths, languages }: Pick<SearchOptions, 'paths' | 'languages'>): (path: string) => boolean {
  const globs = paths.length > 0 ? new PathGlobs(paths) : undefined;
  const wanted = languages.length > 0 ? new Set(languages) : undefined;
  return (path) => (globs?.matches(path, false) ?? true) && (wanted?.has(languageOf(path)?.id ?? '') ?? true);
}
