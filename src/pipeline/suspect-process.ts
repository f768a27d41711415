import { ThreadLostError } from '../scaling/thread-lost-error.js';
import { ThreadPool } from '../scaling/thread-pool.js';
import { packError, type ThrownValue } from '../scaling/thread-messages.js';
import type { Batch, BatchResult, FileTask, IndexerSettings } from './file-task.js';
import type { IndexWorkerInit } from './index-worker.js';
import { StopFlag } from './stop-flag.js';

/** What the process is given once it has said that it is ready. Times in milliseconds. */
export interface SuspectRequest {
  readonly task: FileTask;
  readonly settings: IndexerSettings;
  readonly maxHeapMb: number;
  readonly fileDeadlineMs: number;
  readonly bootDeadlineMs: number;
  readonly terminateGraceMs: number;
}

/** What the process says, before it is ended by whoever started it. */
export type SuspectMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'result'; readonly result: BatchResult }
  /** The thread was lost: out of memory, or over its deadline. */
  | { readonly type: 'lost'; readonly reason: string }
  | { readonly type: 'failure'; readonly error: ThrownValue };

/**
 * The entry of a process that indexes one file, which may crash it. The work is done by a thread, as in a run, so that
 * this side sees a hang, and the end of its parent: a process in native code would see neither.
 */
const say = (message: SuspectMessage) => process.send?.(message);

// Ctrl-C goes to all processes of a terminal; what becomes of this one is for the run to say.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.once('message', (request) => void index(request as SuspectRequest));
say({ type: 'ready' });

async function index({ task, settings, ...limits }: SuspectRequest): Promise<void> {
  const init: IndexWorkerInit = { settings, stop: new StopFlag().memory };
  const pool = new ThreadPool<Batch, BatchResult>({
    entry: new URL('./index-worker.js', import.meta.url),
    init,
    size: 1,
    maxHeapMb: limits.maxHeapMb,
    recycleAboveBytes: Infinity,
    deadlineMs: limits.fileDeadlineMs,
    bootDeadlineMs: limits.bootDeadlineMs,
    bootFailuresAllowed: 1,
    terminateGraceMs: limits.terminateGraceMs,
  });
  try {
    const result = await pool.run({ files: [task], bytes: task.sizeBytes, isAlone: true });
    say({ type: 'result', result });
  } catch (error) {
    if (error instanceof ThreadLostError) say({ type: 'lost', reason: error.message });
    else say({ type: 'failure', error: packError(error) });
  }
}
