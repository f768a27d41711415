import { join } from 'node:path';
import { createEmbedder } from '../embedding/create-embedder.js';
import { workerRange, type WorkerRange } from '../scaling/auto-scaler.js';
import { memoryBudget, neededBytes, threadsThatFit, type MemoryBudget } from '../scaling/memory-budget.js';
import { MemoryMonitor } from '../scaling/memory-monitor.js';
import type { ScalingPolicy } from '../scaling/scaler.js';
import { readSystemInfo, type SystemFacts } from '../scaling/system-info.js';
import { errors } from '../shared/errors.js';
import type { EventBus } from '../shared/events.js';
import { bytes, plural } from '../shared/quantities.js';
import { WorkNotes } from '../storage/work-notes.js';
import { BatchIndexer } from './batch-indexer.js';
import type { BatchLimits } from './batch-plan.js';
import { readFileClock } from './file-clock.js';
import type { StageChoice, WorkSize } from './chunk-stage.js';
import type { BatchResult, FileTask, IndexerSettings, WorkerMemory } from './file-task.js';
import { InlineStage, type HangWatch } from './inline-stage.js';
import { trySuspect } from './suspect-trial.js';
import { ThreadedStage } from './threaded-stage.js';

const KIB = 2 ** 10;
const MIB = 2 ** 20;

/** A batch is a segment: small ones cost look-ups in every query, large ones memory and work lost by a kill. */
const MIN_BATCH_BYTES = 768 * KIB;
const MAX_BATCH_BYTES = 4 * MIB;
/** Bounds what a batch of tiny files can be. */
const MAX_BATCH_FILES = 2000;

/** The settings that decide how work is done; `Config` has them all. Sizes in bytes, times in milliseconds. */
export interface WorkSettings {
  readonly root: string;
  readonly indexDir: string;
  readonly cacheDir: string;
  readonly maxFileBytes: number;
  readonly storeText: boolean;
  readonly gitObjectFormat?: IndexerSettings['gitObjectFormat'];
  readonly embedder: string;
  readonly workers: number | 'auto';
  readonly aggressive: boolean;
  readonly maxMemory: number | 'auto';
  readonly inlineMaxFiles: number;
  readonly inlineMaxBytes: number;
  readonly fileDeadlineMs: number;
  readonly chunk: IndexerSettings['chunkLimits'];
  readonly scaling: Omit<ScalingPolicy, 'aggressive'> & {
    readonly pollIntervalMs: number;
    readonly shortWindowMs: number;
    readonly longWindowMs: number;
    readonly recycleAboveBytes: number;
    readonly bootFailuresAllowed: number;
    readonly bootDeadlineMs: number;
    readonly terminateGraceMs: number;
    readonly threadsPerCore: number;
  };
}

/** Knows the machine, and chooses how work is done on it. */
export class StageChooser {
  private warm: ThreadedStage | undefined;

  private constructor(
    private readonly config: WorkSettings,
    private readonly bus: EventBus,
    private readonly facts: SystemFacts,
    readonly monitor: MemoryMonitor,
    private readonly watch: HangWatch | undefined,
  ) {}

  /** `watch` guards work in the main thread, which cannot watch itself. */
  static async open(config: WorkSettings, bus: EventBus, watch?: HangWatch): Promise<StageChooser> {
    const { scaling, maxMemory } = config;
    const info = await readSystemInfo(maxMemory === 'auto' ? {} : { maxMemoryBytes: maxMemory });
    requireMemory(info.facts, neededBytes(), 'the program itself');
    const monitor = new MemoryMonitor({
      limitBytes: info.facts.limitBytes,
      read: info.readMemoryUsage,
      pollIntervalMs: scaling.pollIntervalMs,
      shortWindowMs: scaling.shortWindowMs,
      longWindowMs: scaling.longWindowMs,
    });
    return new StageChooser(config, bus, info.facts, monitor, watch);
  }

  /** Starts the threads already: for a caller who sees that there will be work for them. */
  warmUp(): void {
    if (this.warm !== undefined) return;
    this.warm = this.threadedStage(this.range());
    this.warm.warmUp();
  }

  /** Threads for much work, the main thread for little. Throws when that work needs more memory than there may be. */
  choose(work: WorkSize): StageChoice {
    const { config } = this;
    if (work.files > 0) {
      const need = neededBytes({ ...work, files: work.knownFiles, maxParseBytes: config.chunk.maxParseBytes });
      requireMemory(
        this.facts,
        need,
        `${plural(work.knownFiles, 'file')}, the largest of ${bytes(work.largestFileBytes)}`,
      );
    }
    const range = this.range();
    if (work.files <= config.inlineMaxFiles && work.bytes <= config.inlineMaxBytes) {
      const reason = `${work.files === 1 ? '1 file' : `${work.files} files`} to index: threads are for more than ${config.inlineMaxFiles} files or ${Math.round(config.inlineMaxBytes / MIB)} MiB`;
      const budget = memoryBudget(this.facts, 1);
      const open = () => BatchIndexer.open(settingsOf(config, budget), createEmbedder(config.embedder));
      return {
        strategy: { kind: 'inline' },
        reason,
        stage: new InlineStage(open, new WorkNotes(config.indexDir, 0), this.watch),
        batchLimits: batchLimits(budget.segmentBytes),
        mergeBytes: budget.mergeBytes,
      };
    }
    const { segmentBytes, mergeBytes } = this.budgetOf(range);
    return {
      strategy: { kind: 'threads', workers: range.initial },
      reason:
        range.initial > this.maxThreads
          ? `${range.reason}; ${this.maxThreads} run at once, as cores and memory allow`
          : range.reason,
      stage: this.warm ?? this.threadedStage(range),
      batchLimits: batchLimits(segmentBytes),
      mergeBytes,
    };
  }

  /** Indexes a file that may crash in a process of its own, under the limits of a thread. */
  tryApart(task: FileTask, signal: AbortSignal): Promise<BatchResult | undefined> {
    const { config } = this;
    const { bootDeadlineMs, terminateGraceMs } = config.scaling;
    const budget = memoryBudget(this.facts, 1);
    const leftBytes = budget.ceilingBytes - process.memoryUsage.rss();
    const maxHeapMb = Math.round(budget.heapBytes / MIB);
    const limits = { maxHeapMb, fileDeadlineMs: config.fileDeadlineMs, bootDeadlineMs, terminateGraceMs };
    return trySuspect(
      { task, settings: settingsOf(config, { ...budget, ceilingBytes: leftBytes }), ...limits },
      signal,
    );
  }

  /** Ends threads that were warmed up for nothing. */
  async close(): Promise<void> {
    await this.warm?.close();
  }

  private get maxThreads(): number {
    const byCores = Math.max(1, Math.round(this.facts.cores * this.config.scaling.threadsPerCore));
    return Math.min(byCores, threadsThatFit(this.facts));
  }

  private budgetOf(range: WorkerRange): MemoryBudget {
    const budget = memoryBudget(this.facts, Math.min(range.max, this.maxThreads));
    return {
      ...budget,
      recycleAboveBytes: Math.min(budget.recycleAboveBytes, this.config.scaling.recycleAboveBytes),
    };
  }

  private range(): WorkerRange {
    const { workers, aggressive } = this.config;
    return workerRange(this.facts, { aggressive, fixed: workers === 'auto' ? undefined : workers });
  }

  private threadedStage(range: WorkerRange): ThreadedStage {
    const { config, bus, monitor } = this;
    const budget = this.budgetOf(range);
    return new ThreadedStage({
      settings: settingsOf(config, budget),
      budget,
      indexDir: config.indexDir,
      range,
      maxThreads: this.maxThreads,
      policy: { ...config.scaling, aggressive: config.aggressive },
      monitor,
      bus,
      fileDeadlineMs: config.fileDeadlineMs,
      bootFailuresAllowed: config.scaling.bootFailuresAllowed,
      bootDeadlineMs: config.scaling.bootDeadlineMs,
      terminateGraceMs: config.scaling.terminateGraceMs,
    });
  }
}

/** A run that could only be killed does not begin. */
function requireMemory({ limitBytes }: SystemFacts, neededBytes: number, reason: string): void {
  if (limitBytes < neededBytes) throw errors.memoryLimitTooSmall(limitBytes, neededBytes, reason);
}

function batchLimits(segmentBytes: number): BatchLimits {
  const maxBytes = Math.min(segmentBytes, MAX_BATCH_BYTES);
  return { minBytes: Math.min(MIN_BATCH_BYTES, maxBytes), maxBytes, maxFiles: MAX_BATCH_FILES };
}

function settingsOf(config: WorkSettings, memory: WorkerMemory): IndexerSettings {
  const fileClock = readFileClock(config.indexDir);
  return {
    root: config.root,
    maxFileBytes: config.maxFileBytes,
    ...(fileClock && { fileClock }),
    storeText: config.storeText,
    gitObjectFormat: config.gitObjectFormat,
    embedder: config.embedder,
    grammarCacheDir: join(config.cacheDir, 'grammars'),
    chunkLimits: config.chunk,
    memory: {
      flushAboveBytes: memory.flushAboveBytes,
      ceilingBytes: memory.ceilingBytes,
      treeBytes: memory.treeBytes,
    },
  };
}
