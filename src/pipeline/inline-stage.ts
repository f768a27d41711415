import { setImmediate } from 'node:timers/promises';
import { ProgressSlots, createProgressMemory } from '../scaling/thread-progress.js';
import type { WorkNotes } from '../storage/work-notes.js';
import type { BatchIndexer } from './batch-indexer.js';
import type { BatchReceiver, BatchSource, ChunkStage, ChunkStageProgress, ThreadReport } from './chunk-stage.js';

/**
 * Watches the progress of work in the calling thread (see `ProgressSlots`) from outside, and ends the process when a file
 * takes too long: code that hangs can be ended in no other way. Returns the function that ends the watch.
 */
export type HangWatch = (progress: SharedArrayBuffer) => () => void;

/** Works in the calling thread: for few files, where starting threads would cost more than it brings. */
export class InlineStage implements ChunkStage {
  readonly progress: ChunkStageProgress;
  private readonly counts = { itemsDone: 0, bytesDone: 0 };
  private stopped = false;
  private activeMs = 0;
  private outputWaitMs = 0;

  constructor(
    private readonly open: () => Promise<BatchIndexer>,
    private readonly notes: WorkNotes,
    private readonly watch: HangWatch = () => () => undefined,
  ) {
    this.progress = this.counts;
  }

  async run(source: BatchSource, receive: BatchReceiver): Promise<void> {
    const memory = createProgressMemory();
    const endWatch = this.watch(memory);
    try {
      await this.work(source, receive, new ProgressSlots(memory));
    } finally {
      endWatch();
    }
  }

  private async work(source: BatchSource, receive: BatchReceiver, slots: ProgressSlots): Promise<void> {
    const indexer = await this.open();
    while (!this.stopped) {
      const batch = source.take(1);
      if (batch === undefined) return;
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
      source.putBack(batch.files.slice(result.processed));
      const finishedAt = performance.now();
      await receive(result);
      this.activeMs += finishedAt - startedAt;
      this.outputWaitMs += performance.now() - finishedAt;
      // Signals and timers get their turn between batches.
      await setImmediate();
    }
  }

  stop(): void {
    this.stopped = true;
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
}
