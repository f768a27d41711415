import type { Config } from '../config/config.js';
import { refuseLinkedIndex } from '../config/index-place.js';
import { embedderOf } from '../embedding/create-embedder.js';
import type { Refreshment } from '../pipeline/refresh.js';
import type { QueryCandidates } from '../search/candidates.js';
import type { SearchOptions, SearchResult } from '../search/search-result.js';
import { directoryWarnings } from '../storage/directory-rights.js';
import { openSqliteReader } from '../storage/sqlite-reader.js';
import { indexState } from '../storage/sqlite-state.js';
import type { IndexState } from '../storage/store.js';
import { runOnce, type RunContext } from './indexing.js';
import { discoverTree, discoveryOptions, fingerprintOf, lastScope, withReader } from './parts.js';

export type { Refreshment } from '../pipeline/refresh.js';

/** A search reads a few percent of an index, here and there: mapped pages are neither copied nor cached twice. */
const MAPPED_BYTES = 2 ** 30;

/** An open index for many queries; close it. */
export interface SearchIndex {
  search(query: string, options: SearchOptions): SearchResult;
  /** What `search` would rank, with the values of all signals. */
  candidates(query: string): QueryCandidates;
  close(): void;
}

/** Opens the index of a tree for searching; throws when there is none, or none that this version can read. */
export async function openIndex(config: Config): Promise<SearchIndex> {
  const [{ SearchIndex }, { IndexedText }] = await Promise.all([
    import('../search/search-index.js'),
    import('../search/indexed-text.js'),
  ]);
  const notices = () => [
    ...directoryWarnings(config.indexDir),
    ...stateNotices(indexState(config.indexDir, { fingerprint: fingerprintOf(config) })),
  ];
  const reader = openSqliteReader(config.indexDir, { mappedBytes: MAPPED_BYTES });
  return new SearchIndex(reader, new IndexedText(config.root, reader), embedderOf, config, notices);
}

/**
 * Brings the index up to date before it is searched, as `config.refresh` says: `auto` where that is quick, `always`
 * whatever it takes. Whatever prevents it is a notice.
 */
export async function refreshIndex(config: Config, context: RunContext): Promise<Refreshment> {
  const mode = config.refresh;
  if (mode === 'never') return { notices: [] };
  try {
    refuseLinkedIndex(config);
    const state = indexState(config.indexDir, { fingerprint: fingerprintOf(config) });
    // Every other state is told by the search itself.
    if (state.kind !== 'ready' && state.kind !== 'building') return { notices: [] };
    const [{ refresh }, { isUntouched }, { GitContent }] = await Promise.all([
      import('../pipeline/refresh.js'),
      import('../discovery/untouched.js'),
      import('../discovery/git-content.js'),
    ]);
    const scope = withReader(config, (reader) => lastScope(config, reader));
    const tree = discoveryOptions(scope, context.signal);
    const always = mode === 'always';
    return await refresh(
      {
        root: config.root,
        maxFileBytes: scope.maxFileBytes,
        openGitContent: () => GitContent.open(config.root, config.gitConfigHome),
        limits: {
          maxFiles: always ? Infinity : config.refreshMaxFiles,
          maxBytes: always ? Infinity : config.refreshMaxBytes,
          checkMs: always ? Infinity : config.refreshCheckMs,
          deadlineMs: always ? Infinity : config.refreshDeadlineMs,
        },
        openReader: () => openSqliteReader(config.indexDir),
        isUntouched: (footprint, known, isEqual) => isUntouched(tree, footprint, known, isEqual),
        // Loaded late: most trees are untouched.
        revisit: async (footprint, known) => (await import('../discovery/revisit.js')).revisit(tree, footprint, known),
        discover: () => discoverTree(scope, context.signal),
        run: (found, signal) => runOnce({ ...scope, force: false, retryFailed: false }, { ...context, signal }, found),
      },
      context.signal,
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { notices: [{ message: `the index was not refreshed: ${message}`, hint: '' }] };
  }
}

/** What a user should know of the index before trusting its answers. */
function stateNotices(state: IndexState): SearchResult['notices'] {
  switch (state.kind) {
    case 'building':
      return [
        {
          message: 'the index is not complete: a run is under way or was interrupted',
          hint: 'run `mind-index` to finish it',
        },
      ];
    case 'stale-settings':
      return [{ message: 'the index was built with other settings', hint: 'run `mind-index` to build it anew' }];
    case 'missing':
    case 'ready':
    case 'newer-version':
    case 'corrupt':
      return [];
  }
}
