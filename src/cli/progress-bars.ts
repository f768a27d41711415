import cliProgress from 'cli-progress';
import type { EventBus, StageName } from '../shared/events.js';
import type { Progress, RunView } from './run-view.js';

const DEFAULT_COLUMNS = 80;

/** Draws the run as bars on a terminal: one line of facts, then one bar per stage that has begun. */
export function drawBars(bus: EventBus, view: RunView, stream: NodeJS.WriteStream): Progress {
  const columns = () => (stream.columns || DEFAULT_COLUMNS) - 1;
  const bars = new cliProgress.MultiBar({
    stream,
    format: (_options, _params, payload: { line: () => string }) => payload.line(),
    clearOnComplete: true,
    hideCursor: true,
    fps: 8,
    // A logged line moves the bars down, so each must be drawn again though it did not change.
    forceRedraw: true,
    // Lines are cut to the terminal here, and the size of a bar says nothing about its value.
    linewrap: true,
  });
  // The value of a bar is not used: its line is made from the view whenever it is drawn.
  const addLine = (line: () => string) => bars.create(1, 0, { line });
  const drawn = new Set<StageName>();

  addLine(() => view.statusLine(columns()));
  const removeListener = bus.on('stage-progress', ({ stage }) => {
    if (drawn.has(stage)) return;
    drawn.add(stage);
    addLine(() => view.stageLine(stage, columns()));
  });

  const stop = () => {
    process.off('exit', stop);
    removeListener();
    bars.stop();
  };
  // Whatever ends the process, the cursor must be visible again.
  process.on('exit', stop);

  return {
    // The line break keeps the bars from overwriting it.
    log: (text) => bars.log(`${text}\n`),
    stop,
  };
}
