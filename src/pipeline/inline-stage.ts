import { setImmediate } from 'node:timers/promises';
import type { BatchIndexer } from './batch-indexer.js';
import type {
  BatchReceiver,
  BatchSource,
  ChunkStage,
  ChunkStageProgress,
  StageLoad,
  ThreadReport,
} from './chunk-stage.js';

/** Works in the calling thread: for few files, where starting threads would cost more than it brings. */
export class InlineStage implements ChunkStage {
  readonly progress: ChunkStageProgress;
  private readonly counts = { itemsDone: 0, bytesDone: 0 };
  private source: BatchSource | undefined;
  private isBusy = false;
  private stopped = false;
  private activeMs = 0;
  private outputWaitMs = 0;

  constructor(private readonly open: () => Promise<BatchIndexer>) {
    this.progress = this.counts;
  }

  async run(source: BatchSource, receive: BatchReceiver): Promise<void> {
    this.source = source;
    this.isBusy = true;
    const indexer = await this.open();
    while (!this.stopped) {
      const batch = source.take(1);
      if (batch === undefined) break;
      const startedAt = performance.now();
      const result = await indexer.index(batch, {
        begin: () => undefined,
        done: (bytes) => {
          this.counts.itemsDone++;
          this.counts.bytesDone += bytes;
          return this.stopped;
        },
      });
      source.putBack(batch.files.slice(result.processed));
      const finishedAt = performance.now();
      await receive(result);
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

  async close(): Promise<void> {}
}
