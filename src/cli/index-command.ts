import type { Command } from 'commander';
import type { Config } from '../config/config.js';
import { EventBus, type RunSummary } from '../shared/events.js';
import { hangWatchOf } from './hang-watch.js';
import { EXIT_INTERRUPTED } from './interrupt.js';
import { interruptibleBy } from './interruptible-work.js';
import type { Invocation } from './invocation.js';
import { showRun } from './run-display.js';
import { addSettingFlags } from './setting-flags.js';

/** Adds `mind-index [path]`, which is also `mind-index index [path]`: brings the index up to date with the tree. */
export function registerIndex(program: Command, invocation: Invocation): void {
  const command = program
    .command('index', { isDefault: true })
    .description('bring the index up to date with the files (the default)')
    .argument('[path]', 'folder to index', '.')
    .action(async (path: string) => {
      const config = await invocation.readConfig(command, path);
      const bus = new EventBus();
      const display = await showRun(config, bus, invocation);
      invocation.followThreads(bus);
      try {
        await interruptibleBy(display)(async (signal) => {
          const { runIndex } = await import('../app/indexing.js');
          const typed = ['mind-index', ...process.argv.slice(2)].join(' ');
          const summary = await runIndex(config, { bus, signal, command: typed, watch: hangWatchOf(config) });
          display.finish(summary);
          invocation.exitCode = exitCodeOf(summary, config);
        });
      } finally {
        display.close();
      }
    });
  addSettingFlags(command, 'index');
}

/** 130 for an interrupted run, 3 for failed files under `--strict`, else 0. */
export function exitCodeOf(
  { outcome, failed }: Pick<RunSummary, 'outcome' | 'failed'>,
  { strict }: Pick<Config, 'strict'>,
): number {
  if (outcome === 'interrupted') return EXIT_INTERRUPTED;
  return strict && failed.length > 0 ? 3 : 0;
}
