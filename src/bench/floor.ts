import type { Batch } from '../pipeline/file-task.js';
import type { MeasuredFile } from './corpus/corpus-directory.js';
import type { FloorWork } from './scenario.js';

/** What a floor process is asked to do; it reads this as JSON from the file named by its only argument. */
export interface FloorRequest {
  readonly work: FloorWork;
  readonly threads: number;
  readonly root: string;
  readonly files: readonly MeasuredFile[];
  /** Where unpacked grammars are kept. */
  readonly cacheDir: string;
}

/** What a floor process prints as JSON. */
export interface FloorResult {
  /** From the start of the first thread to the end of the last batch. */
  readonly durationMs: number;
  readonly files: number;
  readonly bytes: number;
  readonly peakRssBytes: number;
}

/** What a floor thread is started with. */
export type FloorThreadData = Pick<FloorRequest, 'work' | 'root' | 'cacheDir'>;

/** Paths to work on; an empty list ends the thread. */
export type FloorTask = readonly string[];

/** What a floor thread says: how many bytes the last task had; 0 when it has started and wants its first. */
export type FloorDone = number;

/** The paths of a batch. */
export function floorTask(batch: Batch | undefined): FloorTask {
  return batch?.files.map((file) => file.path) ?? [];
}
