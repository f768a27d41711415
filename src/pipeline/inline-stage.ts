import { setImmediate } from 'node:timers/promises';
import { collectAll } from '../shared/garbage.js';
import { ProgressSlots, createProgressMemory } from '../scaling/thread-progress.js';
import type { WorkNotes } from '../storage/work-notes.js';
import type { BatchIndexer } from './batch-indexer.js';
import {
  memoryShortResult,
  type BatchReceiver,
  type BatchSource,
  type ChunkStage,
  type ChunkStageProgress,
  type StageLoad,
  type ThreadReport,
} from './chunk-stage.js';
import type { Batch, FileTask } from './file-task.js';

/**
 * Watches the progress of work in the calling thread (see `ProgressSlots`) from outside, and ends the process when a file
 * takes too long: code that hangs can be ended in no other way. Returns the function that ends the watch.
 */
export type HangWatch = (progress: SharedArrayBuffer) => () => void;

/** Works in the calling thread: for few files, where starting threads would cost more than it brings. */
export class InlineStage implements ChunkStage {
  readonly progress: ChunkStageProgress;
  private readonly counts = { itemsDone: 0, bytesDone: 0 };
  private source: BatchSource | undefined;
  private isBusy = false;
  private stopped = false;
  private activeMs = 0;
  private outputWaitMs = 0;
  /** The file for which memory was made free; it is not tried a third time. */
  private triedAgain: FileTask | undefined;

  constructor(
    private readonly open: () => Promise<BatchIndexer>,
    private readonly notes: WorkNotes,
    private readonly watch: HangWatch = () => () => undefined,
  ) {
    this.progress = this.counts;
  }

  async run(source: BatchSource, receive: BatchReceiver): Promise<void> {
    this.source = source;
    this.isBusy = true;
    const memory = createProgressMemory();
    const endWatch = this.watch(memory);
    try {
      await this.work(source, receive, new ProgressSlots(memory));
    } finally {
      endWatch();
      this.isBusy = false;
    }
  }

  private async work(source: BatchSource, receive: BatchReceiver, slots: ProgressSlots): Promise<void> {
    const indexer = await this.open();
    while (!this.stopped) {
      const next = source.take(1);
      if (next === undefined) return;
      const batch = this.aloneIfTriedAgain(next, source);
      const startedAt = performance.now();
      slots.startTask();
      const result = await indexer.index(batch, {
        begin: (item) => {
          slots.begin(item);
          this.notes.begin(batch.files[item]!.path);
        },
        done: (bytes) => {
          slots.done(bytes);
          this.counts.itemsDone++;
          this.counts.bytesDone += bytes;
          return this.stopped;
        },
      });
      slots.endTask();
      this.notes.clear();
      const finishedAt = performance.now();
      await receive(result);
      const left = batch.files.slice(result.processed);
      if (result.memoryShort !== undefined) await this.makeRoom(left, result.memoryShort, receive);
      source.putBack(left);
      this.activeMs += finishedAt - startedAt;
      this.outputWaitMs += performance.now() - finishedAt;
      // Signals and timers get their turn between batches.
      await setImmediate();
    }
    this.isBusy = false;
  }

  stop(): void {
    this.stopped = true;
  }

  load(): StageLoad {
    return { workers: 1, busy: this.isBusy ? 1 : 0, backlog: this.source?.filesLeft ?? 0 };
  }

  workers(): ReturnType<ChunkStage['workers']> {
    return { initial: 1, min: 1, max: 1, final: 1 };
  }

  threads(): ThreadReport {
    return { started: 0, recycled: 0, lost: [] };
  }

  times(): ReturnType<ChunkStage['times']> {
    return { activeMs: this.activeMs, inputWaitMs: 0, outputWaitMs: this.outputWaitMs };
  }

  async close(): Promise<void> {
    this.notes.close();
  }

  private aloneIfTriedAgain(batch: Batch, source: BatchSource): Batch {
    const [first, ...others] = batch.files;
    if (first === undefined || first !== this.triedAgain) return batch;
    source.putBack(others);
    return { files: [first], bytes: first.sizeBytes, isAlone: true };
  }

  /** Frees what can be freed, so that the first of `left` is tried again; the second time it is taken out and fails. */
  private async makeRoom(left: FileTask[], reason: string, receive: BatchReceiver): Promise<void> {
    if (this.triedAgain === left[0]) await receive(memoryShortResult(left.shift()!, reason));
    else this.triedAgain = left[0];
    collectAll();
  }
}
