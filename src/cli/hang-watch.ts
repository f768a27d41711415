import { Worker } from 'node:worker_threads';
import type { Config } from '../config/config.js';
import type { HangWatch } from '../pipeline/inline-stage.js';

/** What the watching thread is born with. */
export interface HangWatchBirth {
  /** Memory of `ProgressSlots`. */
  readonly progress: SharedArrayBuffer;
  /** Where the notes say which file is in work. */
  readonly indexDir: string;
  readonly deadlineMs: number;
}

/**
 * Watches all that the main thread indexes under these settings, from a thread of its own. When a file takes longer than the
 * deadline, the process says so and ends itself: code that hangs can be ended in no other way, and the next run tries the
 * file apart.
 */
export function hangWatchOf({ indexDir, fileDeadlineMs: deadlineMs }: Config): HangWatch {
  return (progress) => {
    const workerData: HangWatchBirth = { progress, indexDir, deadlineMs };
    const thread = new Worker(new URL('./hang-watch-thread.js', import.meta.url), { workerData });
    // Without a watch the work goes on as it is.
    thread.on('error', () => undefined);
    thread.unref();
    // It loads no native code, which would not survive this (see `NativeCode`).
    return () => void thread.terminate();
  };
}
