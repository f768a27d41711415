import { setImmediate } from 'node:timers/promises';
import { collectAll } from '../shared/garbage.js';
import type { BatchIndexer } from './batch-indexer.js';
import {
  memoryShortResult,
  type BatchReceiver,
  type BatchSource,
  type ChunkStage,
  type ChunkStageProgress,
  type ThreadReport,
} from './chunk-stage.js';
import type { Batch, FileTask } from './file-task.js';

/** Works in the calling thread: for few files, where starting threads would cost more than it brings. */
export class InlineStage implements ChunkStage {
  readonly progress: ChunkStageProgress;
  private readonly counts = { itemsDone: 0, bytesDone: 0 };
  private stopped = false;
  private activeMs = 0;
  private outputWaitMs = 0;
  /** The file for which memory was made free; it is not tried a third time. */
  private triedAgain: FileTask | undefined;

  constructor(private readonly open: () => Promise<BatchIndexer>) {
    this.progress = this.counts;
  }

  async run(source: BatchSource, receive: BatchReceiver): Promise<void> {
    const indexer = await this.open();
    while (!this.stopped) {
      const next = source.take(1);
      if (next === undefined) return;
      const batch = this.aloneIfTriedAgain(next, source);
      const startedAt = performance.now();
      const result = await indexer.index(batch, {
        begin: () => undefined,
        done: (bytes) => {
          this.counts.itemsDone++;
          this.counts.bytesDone += bytes;
          return this.stopped;
        },
      });
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

  async close(): Promise<void> {}

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
