import { listenForInterrupt } from './interrupt.js';
import { endInterrupted } from './process-end.js';
import type { RunDisplay } from './run-display.js';

/**
 * Gives work a signal that Ctrl-C aborts. Outside of such work the signals have their own effect, which ends the process at
 * once: nothing that a run, an export or an import leaves behind is in the way of the next.
 */
export function interruptibleBy(display: RunDisplay): <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T> {
  return async (work) => {
    const interrupt = listenForInterrupt(process, display.stopping, () => {
      display.close();
      endInterrupted();
    });
    try {
      return await work(interrupt.signal);
    } finally {
      interrupt.release();
    }
  };
}
