import type { EventBus, MemorySample, ScaleEvent } from '../shared/events.js';
import type { MemoryBudget } from '../scaling/memory-budget.js';
import type { MemoryMonitor } from '../scaling/memory-monitor.js';
import type { WorkerRange } from '../scaling/auto-scaler.js';
import { AutoScaler, type ScalingPolicy } from '../scaling/scaler.js';
import { ThreadLostError } from '../scaling/thread-lost-error.js';
import { ThreadPool } from '../scaling/thread-pool.js';
import { WorkerPool, type TaskContext } from '../scaling/worker-pool.js';
import {
  givenUpResult,
  memoryShortResult,
  type BatchReceiver,
  type BatchSource,
  type ChunkStage,
  type StageLoad,
  type ThreadReport,
} from './chunk-stage.js';
import type { Batch, BatchResult, FileTask, IndexerSettings } from './file-task.js';
import type { IndexWorkerInit } from './index-worker.js';
import { StopFlag } from './stop-flag.js';

/** What the stage is made of. */
export interface ThreadedStageOptions {
  readonly settings: IndexerSettings;
  readonly indexDir: string;
  readonly range: WorkerRange;
  /** Threads that may live at once, however many workers there are: all of them are busy with the processor. */
  readonly maxThreads: number;
  readonly policy: ScalingPolicy;
  readonly monitor: MemoryMonitor;
  readonly bus: EventBus;
  readonly budget: Pick<MemoryBudget, 'heapBytes' | 'youngBytes' | 'recycleAboveBytes' | 'flushAboveBytes'>;
  readonly fileDeadlineMs: number;
  readonly bootFailuresAllowed: number;
  readonly bootDeadlineMs: number;
  readonly terminateGraceMs: number;
}

const MIB = 2 ** 20;
/** A thread that runs out of batches finds the next one here; files wait in the plan, not in the queue. */
const QUEUED_BATCHES = 1;

/** Works on threads whose number follows memory pressure. A lost thread costs its batch a retry and at worst one file. */
export class ThreadedStage implements ChunkStage {
  private readonly stopFlag = new StopFlag();
  private readonly threadPool: ThreadPool<Batch, BatchResult>;
  private readonly pool: WorkerPool<Batch, void>;
  private readonly scaler: AutoScaler;
  private readonly lost: string[] = [];
  /** Parts of batches whose thread was lost. */
  private readonly retries: Batch[] = [];
  /** Files that need more memory than they may take beside others: each is tried again at the end, alone. */
  private readonly hungry: FileTask[] = [];
  private source: BatchSource | undefined;
  private receive: BatchReceiver = () => Promise.resolve();
  private stopped = false;
  private paused = false;
  private inFlight = 0;
  private wake: () => void = () => undefined;
  private closed: Promise<void> | undefined;

  constructor(private readonly options: ThreadedStageOptions) {
    const { range, bus, budget, indexDir } = options;
    const notes = { indexDir, slots: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT) };
    const init: IndexWorkerInit = { settings: options.settings, stop: this.stopFlag.memory, notes };
    this.threadPool = new ThreadPool({
      entry: new URL('./index-worker.js', import.meta.url),
      init,
      size: Math.min(range.initial, options.maxThreads),
      maxHeapMb: Math.round(budget.heapBytes / MIB),
      maxYoungMb: Math.round(budget.youngBytes / MIB),
      recycleAboveBytes: budget.recycleAboveBytes,
      isMemoryShort: () => process.memoryUsage.rss() > budget.flushAboveBytes,
      deadlineMs: options.fileDeadlineMs,
      bootFailuresAllowed: options.bootFailuresAllowed,
      bootDeadlineMs: options.bootDeadlineMs,
      terminateGraceMs: options.terminateGraceMs,
      onRecycled: ({ thread, grownBytes }) => bus.emit('thread-recycled', { thread, rssGrowthBytes: grownBytes }),
    });
    this.pool = new WorkerPool({
      execute: (batch, context) => this.work(batch, context),
      // Not the range's: when memory stays short, one worker goes on even where more were asked for.
      min: 1,
      max: range.max,
      concurrency: range.initial,
      queueLimit: QUEUED_BATCHES,
    });
    this.scaler = new AutoScaler({
      monitor: options.monitor,
      range,
      policy: options.policy,
      dials: [
        { name: 'queue', min: 1, max: range.max, get: () => this.pool.concurrency, set: (n) => this.setWorkers(n) },
      ],
      // How many batches the files that are left will make is not known: enough for every worker.
      backlog: () => this.pool.backlog + ((this.source?.filesLeft ?? 0) > 0 ? range.max : 0),
      busy: () => this.pool.busy,
      pauseAdmission: () => this.pause(),
      resumeAdmission: () => this.resume(),
      onDecision: (event: ScaleEvent) => bus.emit('scale-decision', event),
    });
  }

  get progress() {
    return this.threadPool.progress;
  }

  /** Starts the threads while there is nothing to do for them yet. */
  warmUp(): void {
    this.threadPool.warmUp();
  }

  async run(source: BatchSource, receive: BatchReceiver): Promise<void> {
    this.source = source;
    this.receive = receive;
    const unsubscribe = this.options.monitor.subscribe((sample) => this.flushUnderPressure(sample));
    this.scaler.start();
    try {
      let failure: { readonly error: unknown } | undefined;
      await this.pool.executeWithProgress(this.batches(), ({ outcome }) => {
        if (outcome.status === 'rejected') {
          failure ??= { error: outcome.reason };
          this.stop();
        }
        this.settle();
      });
      if (failure !== undefined) throw failure.error;
    } finally {
      for (const { files } of this.retries.splice(0)) source.putBack(files);
      source.putBack(this.hungry.splice(0));
      unsubscribe();
      this.scaler.stop();
    }
  }

  stop(): void {
    this.stopped = true;
    this.stopFlag.raise();
    // A paused queue would never let the waiting batch go.
    this.pool.resume();
    this.wake();
  }

  load(): StageLoad {
    return { workers: this.pool.concurrency, busy: this.pool.busy, backlog: this.source?.filesLeft ?? 0 };
  }

  workers(): ReturnType<ChunkStage['workers']> {
    const { lowest, highest, target } = this.scaler.workers;
    return { initial: this.options.range.initial, min: lowest, max: highest, final: target };
  }

  threads(): ThreadReport {
    const { started, recycled } = this.threadPool.counts;
    return { started, recycled, lost: this.lost };
  }

  times(): ReturnType<ChunkStage['times']> {
    const { activeMs, inputWaitMs, outputWaitMs } = this.pool.stats();
    return { activeMs, inputWaitMs, outputWaitMs };
  }

  close(): Promise<void> {
    return (this.closed ??= this.endThreads());
  }

  private async endThreads(): Promise<void> {
    await this.threadPool.close({ graceMs: this.options.terminateGraceMs });
    const { abandoned } = this.threadPool.counts;
    if (abandoned > 0) this.options.bus.emit('threads-abandoned', { threads: abandoned });
  }

  /** Yields batches until nothing is left and nothing that is under way can come back. */
  private async *batches(): AsyncGenerator<Batch> {
    for (;;) {
      const batch = this.stopped ? undefined : this.nextBatch();
      if (batch !== undefined) {
        this.inFlight++;
        yield batch;
      } else if (this.stopped || this.inFlight === 0) {
        return;
      } else {
        await new Promise<void>((resolve) => (this.wake = resolve));
      }
    }
  }

  private nextBatch(): Batch | undefined {
    const workers = Math.min(this.pool.concurrency, this.options.maxThreads);
    const batch = this.retries.pop() ?? this.source?.take(workers);
    if (batch !== undefined || this.inFlight > 0) return batch;
    const hungry = this.hungry.pop();
    if (hungry === undefined) return undefined;
    this.threadPool.renew();
    return { ...batchOf([hungry]), isAlone: true };
  }

  private settle(): void {
    this.inFlight--;
    this.wake();
  }

  private async work(batch: Batch, context: TaskContext): Promise<void> {
    if (this.stopped) {
      this.source?.putBack(batch.files);
      return;
    }
    let result: BatchResult | undefined;
    try {
      result = await this.threadPool.run(batch);
    } catch (error) {
      if (!(error instanceof ThreadLostError)) throw error;
      result = this.recover(batch, error);
    }
    if (result !== undefined) {
      await context.waitForOutput(this.receive(result));
      await this.takeBack(batch, result, context);
    }
  }

  /** What a result leaves undone goes back. A file that had too little memory is tried alone, and given up if that is not enough. */
  private async takeBack({ files, isAlone }: Batch, result: BatchResult, context: TaskContext): Promise<void> {
    const left = files.slice(result.processed);
    if (result.memoryShort !== undefined && result.processed === 0) {
      const task = left.shift()!;
      if (isAlone !== true) this.hungry.push(task);
      else await context.waitForOutput(this.receive(memoryShortResult(task, result.memoryShort)));
    }
    if (left.length > 0) this.source?.putBack(left);
  }

  /**
   * Splits the batch of a lost thread: the file it worked on is tried alone, and given up the second time. Where it is
   * not known, halves are tried, so that every further loss is nearer to its cause.
   */
  private recover({ files }: Batch, error: ThreadLostError): BatchResult | undefined {
    const suspect = files[error.progress.currentItem ?? -1];
    const place = suspect === undefined ? 'between two files' : `at \`${suspect.path}\``;
    const isOurDoing = error.reason === 'closed';
    if (!isOurDoing) {
      this.lost.push(`thread ${error.thread} ${place}: ${error.message}`);
      const filesRetried = files.length === 1 ? 0 : files.length;
      this.options.bus.emit('thread-lost', {
        thread: error.thread,
        reason: `${error.message}, ${place}`,
        filesRetried,
      });
    }
    if (files.length === 1 && !isOurDoing) return givenUpResult(files[0]!, error.message);
    const middle = Math.ceil(files.length / 2);
    const parts =
      suspect === undefined
        ? [files.slice(0, middle), files.slice(middle)]
        : [files.filter((file) => file !== suspect), [suspect]];
    for (const part of parts) if (part.length > 0) this.retries.push(batchOf(part));
    return undefined;
  }

  private setWorkers(workers: number): void {
    this.pool.concurrency = workers;
    this.threadPool.resize(Math.min(workers, this.options.maxThreads));
    this.options.bus.emit('workers-changed', { workers });
  }

  /** Idle threads hold what they once needed: all but one end, so that memory falls while nothing new starts. */
  private pause(): void {
    // A stopped stage has batches in the queue that must come back before it can end.
    if (this.stopped) return;
    this.paused = true;
    this.pool.pause();
    this.threadPool.resize(1);
  }

  private resume(): void {
    this.paused = false;
    if (!this.stopped) this.stopFlag.lower();
    this.threadPool.resize(this.pool.concurrency);
    this.pool.resume();
  }

  /** While admission is stopped, what the threads have gathered is committed instead of kept. */
  private flushUnderPressure(sample: MemorySample): void {
    this.options.bus.emit('memory-sampled', sample);
    if (this.paused && !this.stopped) this.stopFlag.raise();
  }
}

function batchOf(files: readonly FileTask[]): Batch {
  return { files, bytes: files.reduce((sum, file) => sum + file.sizeBytes, 0) };
}
