import type { StageTimes, Strategy } from '../shared/events.js';
import { UNKNOWN_MTIME_MS } from '../shared/file-stamp.js';
import type { BatchLimits } from './batch-plan.js';
import type { Batch, BatchResult, FileTask } from './file-task.js';

/** How much there is to do. */
export interface WorkSize {
  /** Files to index. */
  readonly files: number;
  readonly bytes: number;
  readonly largestFileBytes: number;
  /** All files of the tree. */
  readonly knownFiles: number;
}

/** How the work is done, and why. */
export interface StageChoice {
  readonly strategy: Strategy;
  readonly reason: string;
  readonly stage: ChunkStage;
  readonly batchLimits: BatchLimits;
  /** Bytes of segments that may be merged in one step. */
  readonly mergeBytes: number;
}

/** What a chunk stage tells while it works. */
export interface ChunkStageProgress {
  readonly itemsDone: number;
  readonly bytesDone: number;
}

/** How busy a chunk stage is at the moment. */
export interface StageLoad {
  /** Workers aimed at. */
  readonly workers: number;
  /** Workers with a batch. */
  readonly busy: number;
  /** Files that wait for a worker. */
  readonly backlog: number;
}

/** How many threads did the work, and what became of them. */
export interface ThreadReport {
  readonly started: number;
  readonly recycled: number;
  readonly lost: readonly string[];
}

/** The stage that turns batches into segments, in the main thread or on many. */
export interface ChunkStage {
  readonly progress: ChunkStageProgress;
  /**
   * Takes batches until there are none, and hands every result on; waits while the receiver asks it to.
   * Ends early, with what is finished, when `stop` is called. Rejects when the receiver does.
   */
  run(source: BatchSource, receive: BatchReceiver): Promise<void>;
  stop(): void;
  load(): StageLoad;
  workers(): { readonly initial: number; readonly min: number; readonly max: number; readonly final: number };
  threads(): ThreadReport;
  times(): Omit<StageTimes, 'stage'>;
  close(): Promise<void>;
}

/** Where batches come from, and where unfinished files go back to. */
export interface BatchSource {
  take(workers: number): Batch | undefined;
  putBack(files: readonly FileTask[]): void;
  readonly filesLeft: number;
}

/** Takes a result; the promise resolves when the stage may go on. */
export type BatchReceiver = (result: BatchResult) => Promise<void>;

/** The result for a file that had too little memory: its stamp is not kept, because the next run may have more. */
export function memoryShortResult(task: FileTask, reason: string): BatchResult {
  return failedResult({ ...task, mtimeMs: UNKNOWN_MTIME_MS }, reason);
}

/** How the reasons of files begin that crashed or hung: what they did to a process or a thread they may do again. */
const GIVEN_UP = 'given up: ';

/** Whether the reason of a failed file says that it crashed or hung. */
export function saysGivenUp(reason: string): boolean {
  return reason.startsWith(GIVEN_UP);
}

/** The result that says that a file crashed or hung, and is left alone until it changes. */
export function givenUpResult(task: FileTask, why: string): BatchResult {
  return failedResult(task, `${GIVEN_UP}${why}`);
}

/** The result that says that a file was tried and failed. */
function failedResult(task: FileTask, reason: string): BatchResult {
  const { path, sizeBytes, mtimeMs, ctimeMs } = task;
  return {
    commit: {
      chunkCount: 0,
      textBlocks: [],
      files: [],
      restamped: [],
      unindexed: [{ path, state: 'failed', reason, sizeBytes, mtimeMs, ctimeMs, contentHash: null }],
    },
    processed: 1,
    processedNew: task.isNew ? 1 : 0,
    processedBytes: sizeBytes,
    missingGrammars: [],
    partsMs: { read: 0, chunk: 0, terms: 0, embed: 0, text: 0, segment: 0 },
  };
}
