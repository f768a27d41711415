import { join } from 'node:path';
import { createEmbedder } from '../embedding/create-embedder.js';
import { workerRange, type WorkerRange } from '../scaling/auto-scaler.js';
import { memoryBudget } from '../scaling/memory-budget.js';
import { MemoryMonitor } from '../scaling/memory-monitor.js';
import type { ScalingPolicy } from '../scaling/scaler.js';
import { readSystemInfo, type SystemFacts } from '../scaling/system-info.js';
import type { EventBus } from '../shared/events.js';
import { BatchIndexer } from './batch-indexer.js';
import type { BatchLimits } from './batch-plan.js';
import type { IndexerSettings } from './file-task.js';
import type { StageChoice } from './index-run.js';
import { InlineStage } from './inline-stage.js';
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
  ) {}

  static async open(config: WorkSettings, bus: EventBus): Promise<StageChooser> {
    const { scaling, maxMemory } = config;
    const info = await readSystemInfo(maxMemory === 'auto' ? {} : { maxMemoryBytes: maxMemory });
    const monitor = new MemoryMonitor({
      limitBytes: info.facts.limitBytes,
      read: info.readMemoryUsage,
      pollIntervalMs: scaling.pollIntervalMs,
      shortWindowMs: scaling.shortWindowMs,
      longWindowMs: scaling.longWindowMs,
    });
    return new StageChooser(config, bus, info.facts, monitor);
  }

  /** Starts the threads already: for a caller who sees that there will be work for them. */
  warmUp(): void {
    if (this.warm !== undefined) return;
    this.warm = this.threadedStage(this.range());
    this.warm.warmUp();
  }

  /** Threads for much work, the main thread for little. */
  choose(work: { readonly files: number; readonly bytes: number }): StageChoice {
    const { config } = this;
    const range = this.range();
    if (work.files <= config.inlineMaxFiles && work.bytes <= config.inlineMaxBytes) {
      const reason = `${work.files === 1 ? '1 file' : `${work.files} files`} to index: threads are for more than ${config.inlineMaxFiles} files or ${Math.round(config.inlineMaxBytes / MIB)} MiB`;
      const open = () => BatchIndexer.open(settingsOf(config), createEmbedder(config.embedder));
      return {
        strategy: { kind: 'inline' },
        reason,
        stage: new InlineStage(open),
        batchLimits: batchLimits(MAX_BATCH_BYTES),
      };
    }
    return {
      strategy: { kind: 'threads', workers: range.initial },
      reason:
        range.initial > this.maxThreads
          ? `${range.reason}; ${this.maxThreads} run at once, one per core`
          : range.reason,
      stage: this.warm ?? this.threadedStage(range),
      batchLimits: batchLimits(memoryBudget(this.facts, Math.min(range.max, this.maxThreads)).segmentBytes),
    };
  }

  /** Ends threads that were warmed up for nothing. */
  async close(): Promise<void> {
    await this.warm?.close();
  }

  private get maxThreads(): number {
    return Math.max(1, Math.round(this.facts.cores * this.config.scaling.threadsPerCore));
  }

  private range(): WorkerRange {
    const { workers, aggressive } = this.config;
    return workerRange(this.facts, { aggressive, fixed: workers === 'auto' ? undefined : workers });
  }

  private threadedStage(range: WorkerRange): ThreadedStage {
    const { config, bus, monitor } = this;
    const budget = memoryBudget(this.facts, Math.min(range.max, this.maxThreads));
    return new ThreadedStage({
      settings: settingsOf(config),
      range,
      maxThreads: this.maxThreads,
      policy: { ...config.scaling, aggressive: config.aggressive },
      monitor,
      bus,
      maxHeapBytes: budget.heapBytes,
      recycleAboveBytes: Math.min(budget.recycleAboveBytes, config.scaling.recycleAboveBytes),
      fileDeadlineMs: config.fileDeadlineMs,
      bootFailuresAllowed: config.scaling.bootFailuresAllowed,
      bootDeadlineMs: config.scaling.bootDeadlineMs,
      terminateGraceMs: config.scaling.terminateGraceMs,
    });
  }
}

function batchLimits(segmentBytes: number): BatchLimits {
  const maxBytes = Math.min(segmentBytes, MAX_BATCH_BYTES);
  return { minBytes: Math.min(MIN_BATCH_BYTES, maxBytes), maxBytes, maxFiles: MAX_BATCH_FILES };
}

function settingsOf(config: WorkSettings): IndexerSettings {
  return {
    root: config.root,
    maxFileBytes: config.maxFileBytes,
    storeText: config.storeText,
    gitObjectFormat: config.gitObjectFormat,
    embedder: config.embedder,
    grammarCacheDir: join(config.cacheDir, 'grammars'),
    chunkLimits: config.chunk,
  };
}
