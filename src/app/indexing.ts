import { existsSync } from 'node:fs';
import type { Config } from '../config/config.js';
import { refuseLinkedIndex } from '../config/index-place.js';
import { contentSettings } from '../config/fingerprint.js';
import { embedderIdentity, verifyEmbedder } from '../embedding/create-embedder.js';
import type { HangWatch } from '../pipeline/inline-stage.js';
import type { RunMergePolicy } from '../pipeline/index-run.js';
import type { FoundTree } from '../pipeline/refresh.js';
import { MindIndexError } from '../shared/errors.js';
import type { EventBus, RunSummary } from '../shared/events.js';
import type { PressureThresholds } from '../shared/trace.js';
import { directoryWarnings } from '../storage/directory-rights.js';
import { databasePath } from '../storage/sqlite-connection.js';
import { openSqliteReader } from '../storage/sqlite-reader.js';
import { discoverTree, fingerprintOf, withReader } from './parts.js';

/** Searching slows with the number of segments, merging costs what it rewrites: a few dozen are quick to search. */
const MERGE_POLICY: RunMergePolicy = {
  smallSegmentBytes: 8 * 2 ** 20,
  maxSmallSegments: 32,
  maxDeadShare: 0.3,
};

/** What `--force` answers by deleting the index. */
const DAMAGE: ReadonlySet<string> = new Set(['index-corrupt', 'segment-corrupt']);

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

/** One run, on what was found already where that is given. */
export async function runOnce(
  config: Config,
  { bus, signal, command, watch }: RunContext,
  found?: FoundTree,
): Promise<RunSummary> {
  const [{ IndexRun }, { openSqliteWriter }, { openThreadedWriter }, { mergeSegments }] = await Promise.all([
    import('../pipeline/index-run.js'),
    import('../storage/sqlite-writer.js'),
    import('../storage/writer-thread.js'),
    import('../storage/segment-merge.js'),
  ]);
  const [{ StageChooser }, { GitContent, objectFormatAround }] = await Promise.all([
    import('../pipeline/stage-choice.js'),
    import('../discovery/git-content.js'),
  ]);
  const { root, gitConfigHome } = config;
  // Once for all threads, which could only die of it.
  verifyEmbedder(config.embedder);
  const settings = { ...config, gitObjectFormat: objectFormatAround(root, gitConfigHome) };
  const chooser = await StageChooser.open(settings, bus, watch);
  for (const warning of directoryWarnings(config.indexDir)) bus.emit('warning', warning);
  let isNew = !existsSync(databasePath(config.indexDir));
  bus.on('index-copied', () => (isNew = false));
  const writerOptions = { indexDir: config.indexDir, command };
  let walkMs: number | undefined;
  const run = new IndexRun({
    root,
    indexDir: config.indexDir,
    fingerprint: fingerprintOf(config),
    openGitContent: () => GitContent.open(root, gitConfigHome),
    embedder: embedderIdentity(config.embedder),
    contentSettings: JSON.stringify(contentSettings(config.values)),
    force: config.force,
    retryFailed: config.retryFailed,
    scope: { include: config.include, exclude: config.exclude, maxFileBytes: config.maxFileBytes },
    bus,
    monitor: chooser.monitor,
    thresholds: thresholdsOf(config),
    mergePolicy: MERGE_POLICY,
    discover: async (abort) => {
      // What was found before holds only if nobody has written the index since.
      if (found && withReader(config, (reader) => reader.generation()) === found.generation) {
        walkMs = found.walkMs;
        return found.discovery;
      }
      return discoverTree(config, abort, (files) => {
        bus.emit('discovery-progress', { files });
        // Without an index every file is work, and so many are work for threads: they can start meanwhile.
        if (isNew && files > config.inlineMaxFiles) chooser.warmUp();
      });
    },
    openWriter: async () => {
      const options = { ...writerOptions, mergeSegments };
      if (!isNew || !config.worktreeCopy || config.force) return openSqliteWriter(options);
      const { worktreeCopies } = await import('../pipeline/worktree-copy.js');
      const tree = { root, indexDir: config.indexDir, fingerprint: fingerprintOf(config), bus };
      const copySources = worktreeCopies(tree);
      return openSqliteWriter({ ...options, ...(copySources && { copySources }) });
    },
    openThreadedWriter: () => openThreadedWriter(writerOptions),
    openReader: () => openSqliteReader(config.indexDir),
    earlierWalkMs: () => walkMs,
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

/** Deletes the index; returns the number of bytes freed (0 when there was none). */
export async function cleanIndex(config: Config): Promise<number> {
  refuseLinkedIndex(config);
  const { removeIndex } = await import('../storage/index-directory.js');
  return removeIndex(config.indexDir);
}

/** The pressures at which the number of workers changes. */
function thresholdsOf({ scaling }: Config): PressureThresholds {
  const { growPressure, shrinkPressure, halvePressure, resumePressure, stopPressure } = scaling;
  return { growPressure, shrinkPressure, halvePressure, resumePressure, stopPressure };
}
