import type { BatchResult, WorkPart } from './file-task.js';

/** What a run has done to files so far; summed over batches. A file is either added, changed or rehashed. */
export class WorkTotals {
  added = 0;
  changed = 0;
  rehashed = 0;
  bytes = 0;
  readonly partsMs: Record<WorkPart, number> = { read: 0, chunk: 0, terms: 0, embed: 0, text: 0, segment: 0 };

  get files(): number {
    return this.added + this.changed + this.rehashed;
  }

  add({ commit, processed, processedNew, processedBytes, partsMs }: BatchResult): void {
    const rehashed = commit.restamped.length;
    this.added += processedNew;
    this.changed += processed - processedNew - rehashed;
    this.rehashed += rehashed;
    this.bytes += processedBytes;
    for (const part of Object.keys(partsMs) as WorkPart[]) this.partsMs[part] += partsMs[part];
  }
}
