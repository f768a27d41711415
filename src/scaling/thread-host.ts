import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData, type Transferable } from 'node:worker_threads';
import type { NativeCode } from '../shared/native-code.js';
import { packError, type FromThread, type ThreadBirth, type ThreadMemory, type ToThread } from './thread-messages.js';
import { ProgressSlots, type ProgressWriter } from './thread-progress.js';

/** What a handler gives back: the result, buffers that move instead of being copied, native memory it holds in bytes. */
export interface ThreadAnswer<Result> {
  readonly result: Result;
  readonly transfer?: readonly Transferable[];
  readonly nativeBytes?: number;
}

/** The work of a thread. `close` is called before the thread ends in order, not when it dies. */
export interface ThreadHandler<Task, Result> {
  handle(task: Task, progress: ProgressWriter): Promise<ThreadAnswer<Result>> | ThreadAnswer<Result>;
  close?(): Promise<void> | void;
}

function readMemory(nativeBytes: number): ThreadMemory {
  const heap = getHeapStatistics();
  return {
    heapBytes: heap.total_heap_size + heap.malloced_memory,
    externalBytes: heap.external_memory,
    nativeBytes,
  };
}

/**
 * The inside of a thread: an entry file calls it once with a function that makes the handler from the pool's `init` value.
 * An error while making the handler kills the thread at boot; an error in `handle` fails its task only.
 */
export async function hostThread<Init, Task, Result>(
  open: (init: Init, nativeCode: NativeCode) => Promise<ThreadHandler<Task, Result>> | ThreadHandler<Task, Result>,
): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('hostThread is called in a worker thread only');
  const birth = workerData as ThreadBirth;
  const progress = new ProgressSlots(birth.progress);
  const handler = await open(birth.init as Init, progress);

  const work = async (task: Task): Promise<void> => {
    try {
      const { result, transfer = [], nativeBytes = 0 } = await handler.handle(task, progress);
      progress.endTask();
      const message: FromThread = { type: 'result', result, memory: readMemory(nativeBytes) };
      port.postMessage(message, [...transfer]);
    } catch (error) {
      progress.endTask();
      // Nobody waits for the task any more: the order to end comes next.
      if (progress.isCancelled) return;
      const message: FromThread = { type: 'failure', error: packError(error), memory: readMemory(0) };
      port.postMessage(message);
    }
  };
  const end = async (): Promise<void> => {
    try {
      await handler.close?.();
    } finally {
      process.exit();
    }
  };
  port.on('message', (message: ToThread) => void (message.type === 'task' ? work(message.task as Task) : end()));
  const ready: FromThread = { type: 'ready', memory: readMemory(0) };
  port.postMessage(ready);
}
