import { PathGlobs } from '../discovery/path-globs.js';
import { languageOf } from '../shared/languages.js';
import type { ChunkFilter } from './lexical.js';
import { isTestPath } from './path-class.js';
import type { SearchOptions } from './search-result.js';
import { isAlive, type SegmentView, type SegmentViews } from './segment-view.js';

/** A test of paths by the filters of a query; undefined where there are none. */
export function filterOf({
  paths,
  languages,
  tests,
}: Pick<SearchOptions, 'paths' | 'languages' | 'tests'>): ((path: string) => boolean) | undefined {
  const checks: ((path: string) => boolean)[] = [];
  if (paths.length > 0) {
    const globs = new PathGlobs(paths);
    checks.push((path) => globs.matches(path, false));
  }
  if (languages.length > 0) {
    const wanted = new Set(languages);
    checks.push((path) => wanted.has(languageOf(path)?.id ?? ''));
  }
  if (tests === 'only') checks.push(isTestPath);
  if (tests === 'exclude') checks.push((path) => !isTestPath(path));
  return checks.length === 0 ? undefined : (path) => checks.every((accepts) => accepts(path));
}

/**
 * Which chunks may answer a query: those of living files that the filters let through, and of these the wanted kinds.
 * Undefined when every chunk of every segment may: then none needs to be asked for.
 */
export function chunkFilterOf({ views }: SegmentViews, options: SearchOptions): ChunkFilter | undefined {
  const accepts = filterOf(options);
  const kinds = options.kinds?.length ? new Set(options.kinds) : undefined;
  if (!accepts && !kinds) return aliveChunks({ views });
  const acceptsFile = (view: SegmentView, file: number) =>
    isAlive(view, file) && (accepts?.(view.reader.path(file)) ?? true);
  return {
    file: accepts ? remembered(acceptsFile) : acceptsFile,
    ...(kinds && { chunk: (view, chunk) => kinds.has(view.reader.kind(chunk)) }),
  };
}

/** Which chunks are of living files; undefined when all are. */
export function aliveChunks({ views }: Pick<SegmentViews, 'views'>): ChunkFilter | undefined {
  return views.every(({ dead }) => dead.size === 0) ? undefined : { file: isAlive };
}

/** Every retriever asks for every file: matching its path once is enough. */
function remembered(decide: ChunkFilter['file']): ChunkFilter['file'] {
  const known = new Map<SegmentView, (boolean | undefined)[]>();
  return (view, file) => {
    let decisions = known.get(view);
    if (decisions === undefined) known.set(view, (decisions = []));
    return (decisions[file] ??= decide(view, file));
  };
}
