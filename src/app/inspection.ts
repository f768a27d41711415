import type { Config } from '../config/config.js';
import type { FailedSince } from '../pipeline/failed-files.js';
import type { IndexStatus } from '../pipeline/index-status.js';
import type { VerifyReport } from '../pipeline/verify-index.js';
import { errors } from '../shared/errors.js';
import type { FinishedRun, RunRecord, SkippedPath } from '../shared/trace.js';
import { indexState } from '../storage/sqlite-state.js';
import { discoverTree, fingerprintOf, lastScope, withReader } from './parts.js';

export type { IndexStatus } from '../pipeline/index-status.js';
export type { VerifyReport } from '../pipeline/verify-index.js';

/** What there is to know of an index without changing it. `byContent` reads all files whose times say nothing, however many. */
export async function readStatus(
  config: Config,
  options: { readonly compareWithTree: boolean; readonly byContent?: boolean },
): Promise<IndexStatus> {
  const [
    { readableStatus, behindOf, pathsOf, EMPTY_STATUS },
    { treeChanges, READ_LIMITS },
    { GitContent },
    { LINE_WINDOW_LANGUAGES },
  ] = await Promise.all([
    import('../pipeline/index-status.js'),
    import('../pipeline/tree-changes.js'),
    import('../discovery/git-content.js'),
    import('../chunking/chunker.js'),
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
  const limits = options.byContent ? { maxFiles: Infinity, maxBytes: Infinity } : READ_LIMITS;
  return withReader(config, (reader) => {
    const changes = discovery && treeChanges([...reader.files()], discovery, { ...scope, openGitContent }, limits);
    return {
      ...about,
      ...readableStatus(reader),
      behind: changes && behindOf(changes),
      behindPaths: changes && pathsOf(changes),
    };
  });
}

/** The files that failed and are left out of the index, with reasons, and since when. */
export async function readFailedFiles(config: Config): Promise<readonly FailedSince[]> {
  const { failedFiles } = await import('../pipeline/failed-files.js');
  return withReader(config, failedFiles);
}

/** The runs that the index remembers, newest first. */
export async function readRuns(config: Config): Promise<readonly RunRecord[]> {
  const { listRuns } = await import('../pipeline/run-history.js');
  return withReader(config, listRuns);
}

/**
 * One run of the index with its trace.
 * @throws MindIndexError where there is no such run, or nothing is kept of it
 */
export async function readRun(config: Config, wanted: number | 'last'): Promise<FinishedRun> {
  const { findRun, listRuns } = await import('../pipeline/run-history.js');
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
  const { skippedFilesOf } = await import('../pipeline/run-history.js');
  return withReader(config, (reader) => skippedFilesOf(reader, runId, limit));
}

/** Recomputes what the index claims, from its own content and, on request, from the files. */
export async function verifyIndex(config: Config, options: { readonly source: boolean }): Promise<VerifyReport> {
  const [{ verifyReader }, { verifySqliteStore }] = await Promise.all([
    import('../pipeline/verify-index.js'),
    import('../storage/sqlite-verify.js'),
  ]);
  const { root, maxFileBytes } = config;
  const source = options.source ? { root, maxFileBytes, discovery: await discoverTree(config) } : undefined;
  return withReader(config, (reader) =>
    verifyReader(reader, { storeProblems: () => verifySqliteStore(reader), ...(source && { source }) }),
  );
}
