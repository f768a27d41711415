import type { Config } from '../config/config.js';
import type { EventBus, RunSummary } from '../shared/events.js';
import type { Invocation } from './invocation.js';
import { showProgress } from './progress.js';
import { runLine, runReport } from './run-report.js';
import { escapeControls } from './terminal-text.js';

/** What a run shows while it goes on and when it ends. */
export interface RunDisplay {
  /** Says that the run ends because somebody asked for it. */
  readonly stopping: () => void;
  /** Tells people something between two parts of the work; JSON has its own way. */
  log(text: string): void;
  finish(summary: RunSummary): void;
  /** Gives the terminal back; harmless when repeated. */
  close(): void;
}

/** Shows a run as the settings say: events as JSON lines, or progress and a summary for people. */
export async function showRun(config: Config, bus: EventBus, invocation: Invocation): Promise<RunDisplay> {
  return config.json ? printEvents(bus, invocation) : tellPeople(config, bus, invocation);
}

function printEvents(bus: EventBus, { output }: Invocation): RunDisplay {
  const stop = bus.onAny((event) => {
    // The summary is the last line, so it waits until nothing else can come.
    if (event.event !== 'run-finished') output.json(event);
  });
  return {
    stopping: () => {},
    log: () => {},
    finish: (summary) => output.json({ event: 'run-finished', ...summary }),
    close: stop,
  };
}

async function tellPeople(config: Config, bus: EventBus, invocation: Invocation): Promise<RunDisplay> {
  const { output } = invocation;
  const colors = invocation.colorsFor(output.stderr);
  const progress = await showProgress(config, bus, output);
  const warn = (message: string, hint: string) =>
    progress.log(
      `${colors.warning('warning:')} ${escapeControls(message)}${hint ? `\n  hint: ${escapeControls(hint)}` : ''}`,
    );
  let strategyReason = '';
  const removers = [
    bus.on('strategy-chosen', ({ reason }) => (strategyReason = reason)),
    bus.on('warning', ({ message, hint }) => warn(message, hint)),
    bus.on('thread-lost', ({ thread, reason, filesRetried }) =>
      warn(
        `worker thread ${thread} was lost (${reason}); it is replaced and ${filesRetried} files are tried again`,
        '',
      ),
    ),
  ];
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    for (const remove of removers) remove();
    progress.stop();
  };
  return {
    log: (text) => progress.log(text),
    stopping: () => progress.log('Stopping; press Ctrl-C again to stop at once'),
    finish: (summary) => {
      close();
      const style = { colors, verbose: config.verbose, cwd: invocation.cwd };
      output.note(config.quiet ? runLine(summary) : runReport(summary, strategyReason, style));
    },
    close,
  };
}
