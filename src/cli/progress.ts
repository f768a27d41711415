import type { Config } from '../config/config.js';
import type { EventBus } from '../shared/events.js';
import type { Output } from './output.js';
import { printLines } from './progress-lines.js';
import { RunView, type Progress } from './run-view.js';

/** How progress is shown. */
export type ProgressMode = 'bars' | 'lines' | 'none';

/** How to show progress: as the settings say, else bars where somebody watches a terminal, and lines in logs. */
export function progressMode(
  config: Pick<Config, 'progress' | 'quiet' | 'json' | 'terminal'>,
  isTTY: boolean,
): ProgressMode {
  if (config.quiet || config.json) return 'none';
  if (config.progress !== 'auto') return config.progress;
  return isTTY && !config.terminal.ci && !config.terminal.dumb ? 'bars' : 'lines';
}

/** Shows the progress of the run that `bus` tells of; stop it when the run has ended, however it ended. */
export async function showProgress(config: Config, bus: EventBus, output: Output): Promise<Progress> {
  const now = () => performance.now();
  const mode = progressMode(config, output.stderr.isTTY ?? false);
  if (mode === 'none')
    return { log: (text) => (config.quiet || config.json ? undefined : output.note(text)), stop: () => {} };
  const view = new RunView(bus, now);
  if (mode === 'lines') return printLines(bus, view, output, now);
  const { drawBars } = await import('./progress-bars.js');
  return drawBars(bus, view, output.stderr as NodeJS.WriteStream);
}
