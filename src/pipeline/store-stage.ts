import type { StageTimes } from '../shared/events.js';
import { WorkerPool } from '../scaling/worker-pool.js';
import type { SegmentCommit, StoreWriter } from '../storage/store.js';

/** Commits that may wait while one is written: enough that no thread waits for a passing delay of the disk. */
const QUEUED_COMMITS = 2;

/** The stage that commits segments, one transaction after another. */
export class StoreStage {
  private readonly pool: WorkerPool<SegmentCommit, void>;
  private readonly open = new Set<Promise<void>>();
  private failure: { readonly error: unknown } | undefined;

  /** `onCommitted` is told of a commit whose bytes may have been handed over: their views may be empty. */
  constructor(writer: StoreWriter, onCommitted: (commit: SegmentCommit) => void) {
    this.pool = new WorkerPool({
      execute: async (commit) => {
        // After a failure nothing is written any more: a disk that was full is not asked once for each commit that waits.
        if (this.failure !== undefined) return;
        try {
          await writer.commit(commit);
          onCommitted(commit);
        } catch (error) {
          this.failure = { error };
        }
      },
      min: 1,
      max: 1,
      concurrency: 1,
      queueLimit: QUEUED_COMMITS,
    });
  }

  /** Resolves when the commit is queued: at once unless the disk is slow. Rejects when an earlier commit failed. */
  async commit(commit: SegmentCommit): Promise<void> {
    const { result } = await this.pool.admit(commit);
    const written = result.finally(() => this.open.delete(written));
    this.open.add(written);
    this.throwFailure();
  }

  /** Resolves when everything is committed; rejects when a commit failed. */
  async finish(): Promise<void> {
    await Promise.all(this.open);
    this.throwFailure();
  }

  times(): Omit<StageTimes, 'stage'> {
    const { activeMs, inputWaitMs, outputWaitMs } = this.pool.stats();
    return { activeMs, inputWaitMs, outputWaitMs };
  }

  private throwFailure(): void {
    if (this.failure !== undefined) throw this.failure.error;
  }
}
