import type { BatchResult, WorkPart } from './file-task.js';

/** What a run has done to files so far; summed over batches. */
export class WorkTotals {
  indexed = 0;
  rehashed = 0;
  bytes = 0;
  readonly partsMs: Record<WorkPart, number> = { read: 0, chunk: 0, terms: 0, embed: 0, text: 0, segment: 0 };

  add({ commit, processedBytes, partsMs }: BatchResult): void {
    this.indexed += commit.files.length;
    this.rehashed += commit.restamped.length;
    this.bytes += processedBytes;
    for (const part of Object.keys(partsMs) as WorkPart[]) this.partsMs[part] += partsMs[part];
  }
}
