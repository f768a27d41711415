import type { Batch, FileTask } from './file-task.js';

/** Bounds of a batch. */
export interface BatchLimits {
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly maxFiles: number;
}

/** A batch takes this share of what is left per worker, so that batches shrink and all workers end together. */
const SHARES_PER_WORKER = 2;

/**
 * Cuts files into batches as they are asked for (guided self-scheduling: C. D. Polychronopoulos and D. J. Kuck, 1987):
 * large ones while much is left, small ones towards the end. Files keep their order; what could not be finished comes
 * back with `putBack` and goes first.
 */
export class BatchPlan {
  private next = 0;
  private returned: FileTask[] = [];
  private bytesLeft: number;

  constructor(private readonly tasks: readonly FileTask[]) {
    this.bytesLeft = tasks.reduce((sum, task) => sum + task.sizeBytes, 0);
  }

  /** Files not handed out yet. */
  get filesLeft(): number {
    return this.returned.length + this.tasks.length - this.next;
  }

  /** The next batch for one of `workers` workers; undefined when all is handed out. */
  take(workers: number, limits: BatchLimits): Batch | undefined {
    const share = this.bytesLeft / (SHARES_PER_WORKER * workers);
    const target = Math.max(limits.minBytes, Math.min(limits.maxBytes, share));
    const files: FileTask[] = [];
    let bytes = 0;
    while (files.length < limits.maxFiles && bytes < target) {
      const task = this.returned.pop() ?? this.tasks[this.next++];
      if (task === undefined) break;
      files.push(task);
      bytes += task.sizeBytes;
    }
    this.next = Math.min(this.next, this.tasks.length);
    this.bytesLeft -= bytes;
    return files.length === 0 ? undefined : { files, bytes };
  }

  putBack(files: readonly FileTask[]): void {
    this.returned.push(...[...files].reverse());
    for (const file of files) this.bytesLeft += file.sizeBytes;
  }
}
