import type { EventEmitter } from 'node:events';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Exit code after an interrupt. */
export const EXIT_INTERRUPTED = 130;

/** A run that can be interrupted: `signal` aborts at the first Ctrl-C; `release` gives the signals back. */
export interface Interruptible {
  readonly signal: AbortSignal;
  release(): void;
}

/**
 * Listens for Ctrl-C and SIGTERM on `source` (the process). The first one aborts the signal and calls `onFirst`; the
 * next one calls `onSecond` at once: whoever asks twice does not want to wait.
 */
export function listenForInterrupt(source: EventEmitter, onFirst: () => void, onSecond: () => void): Interruptible {
  const controller = new AbortController();
  const listener = () => {
    if (controller.signal.aborted) return onSecond();
    controller.abort();
    onFirst();
  };
  for (const name of SIGNALS) source.on(name, listener);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of SIGNALS) source.off(name, listener);
    },
  };
}
