import type { EventBus } from '../shared/events.js';
import type { Output } from './output.js';
import type { Progress, RunView } from './run-view.js';

/** Time between two lines in a log: seldom enough not to flood it, often enough to show that the run lives. */
export const LINE_INTERVAL_MS = 5000;

/** Prints the run as a plain line every few seconds, for logs. Events drive it, no timer does. */
export function printLines(bus: EventBus, view: RunView, output: Output, now: () => number): Progress {
  let lastMs = now();
  const stop = bus.onAny(() => {
    if (now() - lastMs < LINE_INTERVAL_MS) return;
    lastMs = now();
    output.note(view.plainLine());
  });
  return { log: (text) => output.note(text), stop };
}
