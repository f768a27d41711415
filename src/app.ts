import { existsSync } from 'node:fs';
import type { Config } from './config/config.js';
import { MindIndexError, errors } from './shared/errors.js';
import type { EventBus, RunSummary } from './shared/events.js';
import type { FinishedRun, PressureThresholds, RunRecord, SkippedPath } from './shared/trace.js';
import type { IndexState, MergePolicy } from './storage/store.js';
import { embedderIdentity, embedderOf, verifyEmbedder } from './embedding/create-embedder.js';
import type { QueryCandidates } from './search/candidates.js';
import type { SearchOptions, SearchResult } from './search/search-result.js';
import type { Discovery, DiscoveryOptions } from './discovery/walk.js';
import type { HangWatch } from './pipeline/inline-stage.js';
import type { FailedSince } from './pipeline/failed-files.js';
import type { IndexStatus } from './pipeline/index-status.js';
import type { FoundTree, Refreshment } from './pipeline/refresh.js';
import type { VerifyReport } from './pipeline/verify-index.js';
import { databasePath } from './storage/sqlite-connection.js';
import { openSqliteReader, type SqliteReader } from './storage/sqlite-reader.js';
import { indexState } from './storage/sqlite-state.js';

export type { IndexStatus } from './pipeline/index-status.js';
export type { Refreshment } from './pipeline/refresh.js';
export type { VerifyReport } from './pipeline/verify-index.js';

/** A search reads a few percent of an index, here and there: mapped pages are neither copied nor cached twice. */
const MAPPED_BYTES = 2 ** 30;

/** Searching slows with the number of segments, merging costs what it rewrites: a few dozen are quick to search. */
const MERGE_POLICY: MergePolicy = {
  smallSegmentBytes: 8 * 2 ** 20,
  maxSmallSegments: 32,
  maxDeadShare: 0.3,
  maxMergeBytes: 16 * 2 ** 20,
};

/** An open index for many queries; close it. */
export interface SearchIndex {
  search(query: string, options: SearchOptions): SearchResult;
  /** What `search` would rank, with the values of all signals. */
  candidates(query: string): QueryCandidates;
  close(): void;
}

/** What a run needs beside its settings. */
export interface RunContext {
  readonly bus: EventBus;
  /** Ends the run cleanly with outcome `interrupted`. */
  readonly signal: AbortSignal;
  /** What was asked for, shown to whoever finds the index locked by this run. */
  readonly command: string;
  /** Guards work in the main thread; only who owns the process can, because it ends the process. */
  readonly watch?: HangWatch;
}

/** Brings the index up to date with the tree. With `force` a damaged index is deleted and built again. */
export async function runIndex(config: Config, context: RunContext): Promise<RunSummary> {
  try {
    return await runOnce(config, context);
  } catch (error) {
    const isDamaged = error instanceof MindIndexError && error.code === 'index-corrupt';
    if (!isDamaged || !config.force) throw error;
    await cleanIndex(config);
    context.bus.emit('warning', { message: `${error.message}; it was deleted and is built again`, hint: '' });
    return runOnce(config, context);
  }
}

async function runOnce(
  config: Config,
  { bus, signal, command, watch }: RunContext,
  found?: FoundTree,
): Promise<RunSummary> {
  const [{ IndexRun }, { openSqliteWriter }, { openThreadedWriter }, { mergeSegments }] = await Promise.all([
    import('./pipeline/index-run.js'),
    import('./storage/sqlite-writer.js'),
    import('./storage/writer-thread.js'),
    import('./storage/segment-merge.js'),
  ]);
  const [{ StageChooser }, { GitContent, objectFormatAround }] = await Promise.all([
    import('./pipeline/stage-choice.js'),
    import('./discovery/git-content.js'),
  ]);
  const { root, gitConfigHome } = config;
  // Once for all threads, which could only die of it.
  verifyEmbedder(config.embedder);
  const settings = { ...config, gitObjectFormat: objectFormatAround(root, gitConfigHome) };
  const chooser = await StageChooser.open(settings, bus, watch);
  let isNew = !existsSync(databasePath(config.indexDir));
  bus.on('index-copied', () => (isNew = false));
  const writerOptions = { indexDir: config.indexDir, command };
  const run = new IndexRun({
    root,
    indexDir: config.indexDir,
    fingerprint: fingerprintOf(config),
    openGitContent: () => GitContent.open(root, gitConfigHome),
    embedder: embedderIdentity(config.embedder),
    force: config.force,
    retryFailed: config.retryFailed,
    scope: { include: config.include, exclude: config.exclude, maxFileBytes: config.maxFileBytes },
    bus,
    monitor: chooser.monitor,
    thresholds: thresholdsOf(config),
    mergePolicy: MERGE_POLICY,
    discover: async (abort) => {
      // What was found before holds only if nobody has written the index since.
      if (found && withReader(config, (reader) => reader.generation()) === found.generation) return found.discovery;
      return discoverTree(config, abort, (files) => {
        bus.emit('discovery-progress', { files });
        // Without an index every file is work, and so many are work for threads: they can start meanwhile.
        if (isNew && files > config.inlineMaxFiles) chooser.warmUp();
      });
    },
    openWriter: async () => {
      const tree = { root, indexDir: config.indexDir, fingerprint: fingerprintOf(config), bus };
      const { worktreeCopies } = await import('./pipeline/worktree-copy.js');
      const copySources = isNew && config.worktreeCopy && !config.force ? worktreeCopies(tree) : undefined;
      return openSqliteWriter({ ...writerOptions, mergeSegments, ...(copySources && { copySources }) });
    },
    openThreadedWriter: () => openThreadedWriter(writerOptions),
    openReader: () => openSqliteReader(config.indexDir),
    chooseStage: (work) => chooser.choose(work),
    tryApart: (task, abort) => chooser.tryApart(task, abort),
    now: () => new Date(),
  });
  try {
    return await run.execute(signal);
  } finally {
    await chooser.close();
  }
}

/** Opens the index of a tree for searching; throws when there is none, or none that this version can read. */
export async function openIndex(config: Config): Promise<SearchIndex> {
  const [{ SearchIndex }, { IndexedText }] = await Promise.all([
    import('./search/search-index.js'),
    import('./search/indexed-text.js'),
  ]);
  const notices = () => stateNotices(indexState(config.indexDir, { fingerprint: fingerprintOf(config) }));
  const reader = openSqliteReader(config.indexDir, { mappedBytes: MAPPED_BYTES });
  return new SearchIndex(reader, new IndexedText(config.root, reader), embedderOf, config, notices);
}

/** What there is to know of an index without changing it. */
export async function readStatus(config: Config, options: { readonly compareWithTree: boolean }): Promise<IndexStatus> {
  const [
    { readableStatus, behindOf, pathsOf, EMPTY_STATUS },
    { treeChanges },
    { GitContent },
    { LINE_WINDOW_LANGUAGES },
  ] = await Promise.all([
    import('./pipeline/index-status.js'),
    import('./pipeline/tree-changes.js'),
    import('./discovery/git-content.js'),
    import('./chunking/chunker.js'),
  ]);
  const state = indexState(config.indexDir, { fingerprint: fingerprintOf(config) });
  const about = {
    root: config.root,
    indexDir: config.indexDir,
    state,
    lineWindowLanguages: LINE_WINDOW_LANGUAGES.map(({ name }) => name),
    behind: undefined,
    behindPaths: undefined,
  };
  if (state.kind === 'missing' || state.kind === 'corrupt' || state.kind === 'newer-version') {
    return { ...about, ...EMPTY_STATUS };
  }
  const scope = withReader(config, (reader) => lastScope(config, reader));
  const openGitContent = () => GitContent.open(config.root, config.gitConfigHome);
  const discovery = options.compareWithTree ? await discoverTree(scope) : undefined;
  return withReader(config, (reader) => {
    const changes = discovery && treeChanges([...reader.files()], discovery, { ...scope, openGitContent });
    return {
      ...about,
      ...readableStatus(reader),
      behind: changes && behindOf(changes),
      behindPaths: changes && pathsOf(changes),
    };
  });
}

/**
 * Brings the index up to date before it is searched, as `config.refresh` says: `auto` where that is quick, `always`
 * whatever it takes. Whatever prevents it is a notice.
 */
export async function refreshIndex(config: Config, context: RunContext): Promise<Refreshment> {
  const mode = config.refresh;
  if (mode === 'never') return { notices: [] };
  try {
    const state = indexState(config.indexDir, { fingerprint: fingerprintOf(config) });
    // Every other state is told by the search itself.
    if (state.kind !== 'ready' && state.kind !== 'building') return { notices: [] };
    const [{ refresh }, { isUntouched }, { GitContent }] = await Promise.all([
      import('./pipeline/refresh.js'),
      import('./discovery/untouched.js'),
      import('./discovery/git-content.js'),
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
        revisit: async (footprint, known) => (await import('./discovery/revisit.js')).revisit(tree, footprint, known),
        discover: () => discoverTree(scope, context.signal),
        run: (found, signal) => runOnce({ ...scope, force: false }, { ...context, signal }, found),
      },
      context.signal,
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { notices: [{ message: `the index was not refreshed: ${message}`, hint: '' }] };
  }
}

/** The files that failed and are left out of the index, with reasons, and since when. */
export async function readFailedFiles(config: Config): Promise<readonly FailedSince[]> {
  const { failedFiles } = await import('./pipeline/failed-files.js');
  return withReader(config, failedFiles);
}

/** The runs that the index remembers, newest first. */
export async function readRuns(config: Config): Promise<readonly RunRecord[]> {
  const { listRuns } = await import('./pipeline/run-history.js');
  return withReader(config, listRuns);
}

/**
 * One run of the index with its trace.
 * @throws MindIndexError where there is no such run, or nothing is kept of it
 */
export async function readRun(config: Config, wanted: number | 'last'): Promise<FinishedRun> {
  const { findRun, listRuns } = await import('./pipeline/run-history.js');
  return withReader(config, (reader) => {
    const run = findRun(reader, wanted);
    if (run !== undefined) return run;
    const ids = listRuns(reader).map(({ id }) => id);
    if (wanted === 'last') throw errors.noFinishedRun(config.indexDir);
    throw ids.includes(wanted) ? errors.runUnfinished(wanted) : errors.runUnknown(String(wanted));
  });
}

/** The first skipped files that a run left; undefined where a later run has changed them. */
export async function readSkippedFiles(
  config: Config,
  runId: number,
  limit: number,
): Promise<readonly SkippedPath[] | undefined> {
  const { skippedFilesOf } = await import('./pipeline/run-history.js');
  return withReader(config, (reader) => skippedFilesOf(reader, runId, limit));
}

/** Recomputes what the index claims, from its own content and, on request, from the files. */
export async function verifyIndex(config: Config, options: { readonly source: boolean }): Promise<VerifyReport> {
  const [{ verifyReader }, { verifySqliteStore }] = await Promise.all([
    import('./pipeline/verify-index.js'),
    import('./storage/sqlite-verify.js'),
  ]);
  const { root, maxFileBytes } = config;
  const source = options.source ? { root, maxFileBytes, discovery: await discoverTree(config) } : undefined;
  return withReader(config, (reader) =>
    verifyReader(reader, { storeProblems: () => verifySqliteStore(reader), ...(source && { source }) }),
  );
}

/** Deletes the index; returns the number of bytes freed (0 when there was none). */
export async function cleanIndex(config: Config): Promise<number> {
  const { removeIndex } = await import('./storage/index-directory.js');
  return removeIndex(config.indexDir);
}

/** The pressures at which the number of workers changes. */
function thresholdsOf({ scaling }: Config): PressureThresholds {
  const { growPressure, shrinkPressure, halvePressure, resumePressure, stopPressure } = scaling;
  return { growPressure, shrinkPressure, halvePressure, resumePressure, stopPressure };
}

/** Settings that affect content, and the embedder behind its name: another version of it makes other vectors. */
function fingerprintOf(config: Config): string {
  return `${config.fingerprint}/${embedderIdentity(config.embedder)}`;
}

async function discoverTree(
  config: Config,
  signal?: AbortSignal,
  onProgress?: (files: number) => void,
): Promise<Discovery> {
  const { discover } = await import('./discovery/walk.js');
  return discover({ ...discoveryOptions(config, signal), ...(onProgress && { onProgress }) });
}

function discoveryOptions(config: Config, signal?: AbortSignal): DiscoveryOptions {
  const { root, include, exclude, maxFileBytes, indexDir, gitConfigHome } = config;
  return { root, include, exclude, maxFileBytes, indexDir, gitConfigHome, ...(signal && { signal }) };
}

/**
 * The config with the scope of the last run where nothing says otherwise: `--exclude`, typed when indexing, still holds
 * for whoever looks later what has changed.
 */
function lastScope(config: Config, reader: SqliteReader): Config {
  const { scope } = JSON.parse(reader.lastRun() ?? '{}') as Partial<RunSummary>;
  if (scope === undefined) return config;
  const { include, exclude, maxFileBytes } = scope;
  const isDefault = (key: keyof typeof scope) => config.sources[key].kind === 'default';
  return {
    ...config,
    ...(isDefault('include') && { include }),
    ...(isDefault('exclude') && { exclude }),
    ...(isDefault('maxFileBytes') && { maxFileBytes }),
  };
}

function withReader<T>(config: Config, work: (reader: SqliteReader) => T): T {
  const reader = openSqliteReader(config.indexDir);
  try {
    return work(reader);
  } finally {
    reader.close();
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
