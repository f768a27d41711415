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
  readonly parseDeadlineMs: number;
  /** Larger files are read only, as in a run of indexing. */
  readonly maxParseBytes: number;
}

/** What a floor process prints as JSON. */
export interface FloorResult {
  /** From the start of the first thread to the end of the last batch. */
  readonly durationMs: number;
  readonly files: number;
  readonly bytes: number;
  /** Bytes of files that were parsed: the others have no grammar, or are too large. 0 where the work is reading. */
  readonly parsedBytes: number;
  readonly peakRssBytes: number;
}

/** What a floor thread is started with. */
export type FloorThreadData = Omit<FloorRequest, 'threads' | 'files'>;

/** Paths to work on; an empty list ends the thread. */
export type FloorTask = readonly string[];

/** What a floor thread says after a task, and once, with zeros, when it has started and wants its first. */
export type FloorDone = Pick<FloorResult, 'bytes' | 'parsedBytes'>;

/** The paths of a batch. */
export function floorTask(batch: Batch | undefined): FloorTask {
  return batch?.files.map((file) => file.path) ?? [];
}
