import { existsSync } from 'node:fs';
import type { Config } from './config/config.js';
import { refuseLinkedIndex } from './config/index-place.js';
import { MindIndexError } from './shared/errors.js';
import type { EventBus, RunSummary } from './shared/events.js';
import type { IndexState, MergePolicy } from './storage/store.js';
import { embedderIdentity, embedderOf, verifyEmbedder } from './embedding/create-embedder.js';
import type { QueryCandidates } from './search/candidates.js';
import type { SearchOptions, SearchResult } from './search/search-result.js';
import type { Discovery } from './discovery/walk.js';
import type { IndexStatus } from './pipeline/index-status.js';
import type { VerifyReport } from './pipeline/verify-index.js';
import { directoryWarnings } from './storage/directory-rights.js';
import { databasePath } from './storage/sqlite-connection.js';
import { openSqliteReader, type SqliteReader } from './storage/sqlite-reader.js';
import { indexState } from './storage/sqlite-state.js';

export type { IndexStatus } from './pipeline/index-status.js';
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

/** What `--force` answers by deleting the index. */
const DAMAGE: ReadonlySet<string> = new Set(['index-corrupt', 'segment-corrupt']);

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
}

/** Brings the index up to date with the tree. With `force` a damaged index is deleted and built again. */
export async function runIndex(config: Config, context: RunContext): Promise<RunSummary> {
  refuseLinkedIndex(config);
  try {
    return await runOnce(config, context);
  } catch (error) {
    const isDamaged = error instanceof MindIndexError && DAMAGE.has(error.code);
    if (!isDamaged || !config.force) throw error;
    await cleanIndex(config);
    context.bus.emit('warning', { message: `${error.message}; it was deleted and is built again`, hint: '' });
    return runOnce(config, context);
  }
}

async function runOnce(config: Config, { bus, signal, command }: RunContext): Promise<RunSummary> {
  const [{ IndexRun }, { openSqliteWriter }, { openThreadedWriter }, { mergeSegments }] = await Promise.all([
    import('./pipeline/index-run.js'),
    import('./storage/sqlite-writer.js'),
    import('./storage/writer-thread.js'),
    import('./storage/segment-merge.js'),
  ]);
  const { StageChooser } = await import('./pipeline/stage-choice.js');
  // Once for all threads, which could only die of it.
  verifyEmbedder(config.embedder);
  const chooser = await StageChooser.open(config, bus);
  for (const warning of directoryWarnings(config.indexDir)) bus.emit('warning', warning);
  const isNew = !existsSync(databasePath(config.indexDir));
  const writerOptions = { indexDir: config.indexDir, command };
  const run = new IndexRun({
    root: config.root,
    indexDir: config.indexDir,
    fingerprint: fingerprintOf(config),
    embedder: embedderIdentity(config.embedder),
    force: config.force,
    bus,
    monitor: chooser.monitor,
    mergePolicy: MERGE_POLICY,
    discover: (abort) =>
      discoverTree(config, abort, (files) => {
        bus.emit('discovery-progress', { files });
        // Without an index every file is work, and so many are work for threads: they can start meanwhile.
        if (isNew && files > config.inlineMaxFiles) chooser.warmUp();
      }),
    openWriter: () => openSqliteWriter({ ...writerOptions, mergeSegments }),
    openThreadedWriter: () => openThreadedWriter(writerOptions),
    openReader: () => openSqliteReader(config.indexDir),
    chooseStage: (work) => chooser.choose(work),
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
  const notices = () => [
    ...directoryWarnings(config.indexDir),
    ...stateNotices(indexState(config.indexDir, { fingerprint: fingerprintOf(config) })),
  ];
  const reader = openSqliteReader(config.indexDir, { mappedBytes: MAPPED_BYTES });
  return new SearchIndex(reader, new IndexedText(config.root, reader), embedderOf, config, notices);
}

/** What there is to know of an index without changing it. */
export async function readStatus(config: Config, options: { readonly compareWithTree: boolean }): Promise<IndexStatus> {
  const [{ readableStatus, behindTree, EMPTY_STATUS }, { LINE_WINDOW_LANGUAGES }] = await Promise.all([
    import('./pipeline/index-status.js'),
    import('./chunking/chunker.js'),
  ]);
  const state = indexState(config.indexDir, { fingerprint: fingerprintOf(config) });
  const about = {
    root: config.root,
    indexDir: config.indexDir,
    state,
    lineWindowLanguages: LINE_WINDOW_LANGUAGES.map(({ name }) => name),
    behind: undefined,
  };
  if (state.kind === 'missing' || state.kind === 'corrupt' || state.kind === 'newer-version') {
    return { ...about, ...EMPTY_STATUS };
  }
  const discovery = options.compareWithTree ? await discoverTree(config) : undefined;
  return withReader(config, (reader) => ({
    ...about,
    ...readableStatus(reader),
    behind: discovery && behindTree(reader, discovery),
  }));
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
  refuseLinkedIndex(config);
  const { removeIndex } = await import('./storage/index-directory.js');
  return removeIndex(config.indexDir);
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
  const { root, include, exclude, maxFileBytes, indexDir, gitConfigHome } = config;
  return discover({
    ...{ root, include, exclude, maxFileBytes, indexDir, gitConfigHome },
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
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
