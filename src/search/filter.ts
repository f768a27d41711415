import { PathGlobs } from '../discovery/path-globs.js';
import { languageOf } from '../shared/languages.js';
import type { SearchOptions } from './search-result.js';

/** A test of paths by the filters of a query; undefined where there are none. */
export function filterOf({
  paths,
  languages,
}: Pick<SearchOptions, 'paths' | 'languages'>): ((path: string) => boolean) | undefined {
  if (paths.length === 0 && languages.length === 0) return undefined;
  const globs = paths.length > 0 ? new PathGlobs(paths) : undefined;
  const wanted = languages.length > 0 ? new Set(languages) : undefined;
  return (path) => (globs?.matches(path, false) ?? true) && (wanted?.has(languageOf(path)?.id ?? '') ?? true);
}
