import type { EventEmitter } from 'node:events';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Exit code after an interrupt. */
export const EXIT_INTERRUPTED = 130;

/** A run that can be interrupted: `signal` aborts at the first Ctrl-C; `release` gives the signals back. */
export interface Interruptible {
  readonly signal: AbortSignal;
  release(): void;
}

/** Event of the process that somebody who listens for interrupts hears: nobody can read any more what it prints. */
const OUTPUT_LOST = 'output-lost';

/** Processes whose output is lost: work that begins later has no reader either. */
const unread = new WeakSet<EventEmitter>();

/** Ends interruptible work in order, without a word, where its output is lost. */
export function tellOutputLost(source: EventEmitter): void {
  unread.add(source);
  source.emit(OUTPUT_LOST);
}

/**
 * Listens for Ctrl-C and SIGTERM on `source` (the process). The first one aborts the signal and calls `onFirst`; the
 * next one calls `onSecond` at once: whoever asks twice does not want to wait. Lost output aborts the signal and is not counted:
 * one Ctrl-C at a terminal ends the reader of a pipe too.
 */
export function listenForInterrupt(source: EventEmitter, onFirst: () => void, onSecond: () => void): Interruptible {
  const controller = new AbortController();
  let isAsked = false;
  const onSignal = () => {
    if (isAsked) return onSecond();
    isAsked = true;
    if (controller.signal.aborted) return;
    controller.abort();
    onFirst();
  };
  const onLost = () => controller.abort();
  for (const name of SIGNALS) source.on(name, onSignal);
  source.on(OUTPUT_LOST, onLost);
  if (unread.has(source)) onLost();
  return {
    signal: controller.signal,
    release: () => {
      for (const name of SIGNALS) source.off(name, onSignal);
      source.off(OUTPUT_LOST, onLost);
    },
  };
}
