import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { unpackError } from '../scaling/thread-messages.js';
import { givenUpResult } from './chunk-stage.js';
import type { BatchResult } from './file-task.js';
import type { SuspectMessage, SuspectRequest } from './suspect-process.js';

/** How a process ended that did not answer. */
interface Death {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** False where it died before it was given the file. */
  readonly wasReady: boolean;
}

/** By these a process is told to end; they say nothing of the file. */
const ORDERS: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Indexes one file in a process of its own. A file that ends the process, or hangs, has failed, and the result says so.
 * Undefined when nothing is known: the process could not start, or the signal aborted.
 */
export async function trySuspect(request: SuspectRequest, signal: AbortSignal): Promise<BatchResult | undefined> {
  let death = await runApart(request, signal);
  // Somebody kills processes, or the system does for want of memory: only what happens twice is held against the file.
  if (death !== undefined && 'signal' in death && death.signal === 'SIGKILL' && !signal.aborted)
    death = await runApart(request, signal);
  if (death === undefined || !('signal' in death)) return death;
  const isOrder = death.signal !== null && ORDERS.has(death.signal);
  if (signal.aborted || isOrder || !death.wasReady) return undefined;
  return givenUpResult(request.task, reasonOf(death));
}

function reasonOf({ code, signal }: Death): string {
  if (signal === 'SIGKILL') return 'its process was killed twice (SIGKILL), as a system does that runs out of memory';
  return `it crashed the parser (${signal ?? `exit code ${code}`}) in a process of its own`;
}

/** Undefined where memory was too short beside this process: with the others the file may have more. */
function runApart(request: SuspectRequest, signal: AbortSignal): Promise<BatchResult | Death | undefined> {
  return new Promise((resolve, reject) => {
    const entry = fileURLToPath(new URL('./suspect-process.js', import.meta.url));
    const child = fork(entry, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    let wasReady = false;
    let answer: SuspectMessage | undefined;
    // The process waits to be ended: so its answer never comes after its end, and a thread that hangs ends with it.
    const end = () => child.kill('SIGKILL');
    const settle = (death: Omit<Death, 'wasReady'>) => {
      signal.removeEventListener('abort', end);
      if (answer?.type === 'result') resolve(answer.result.memoryShort === undefined ? answer.result : undefined);
      else if (answer?.type === 'lost') resolve(givenUpResult(request.task, answer.reason));
      else if (answer?.type === 'failure') reject(unpackError(answer.error));
      else resolve({ ...death, wasReady });
    };
    child.on('message', (message: SuspectMessage) => {
      if (message.type === 'ready') {
        wasReady = true;
        // It may be dead already: then its end tells.
        child.send(request, () => undefined);
      } else {
        answer = message;
        end();
      }
    });
    child.once('exit', (code, signalName) => settle({ code, signal: signalName }));
    child.once('error', () => settle({ code: null, signal: null }));
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}
