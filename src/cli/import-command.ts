import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EventBus } from '../shared/events.js';
import { hangWatchOf } from './hang-watch.js';
import { exitCodeOf } from './index-command.js';
import type { Invocation } from './invocation.js';
import { showRun } from './run-display.js';
import { addSettingFlags } from './setting-flags.js';
import { interruptibleBy } from './interruptible-work.js';
import { importedText } from './transfer-report.js';

const EXIT_CODES = `
An index that is already there is replaced, once all of the file is verified. Then the files that differ are indexed.
Exit codes beside those of indexing: 4 the file was made with other settings, 5 the file is damaged; both change nothing.
`;

/** Adds `mind-index import <file> [path]`: puts an exported index in place, then indexes what differs from the files. */
export function registerImport(program: Command, invocation: Invocation): void {
  const command = program
    .command('import')
    .description('take the index out of a file that `export` wrote, then index what differs')
    .argument('<file>', 'a file that `export` wrote')
    .argument('[path]', 'folder whose index it becomes', '.')
    .option('--no-index', 'only put the index in place')
    .addHelpText('after', EXIT_CODES)
    .action(async (file: string, path: string, { index }: { readonly index: boolean }) => {
      const config = await invocation.readConfig(command, path);
      const bus = new EventBus();
      const display = await showRun(config, bus, invocation);
      invocation.followThreads(bus);
      const { output } = invocation;
      try {
        const { importIndex } = await import('../app/transfer.js');
        const { runIndex } = await import('../app/indexing.js');
        const words = ['mind-index', ...process.argv.slice(2)].join(' ');
        const interruptible = interruptibleBy(display);
        const report = await importIndex(config, resolve(invocation.cwd, file), { bus, command: words, interruptible });
        if (config.json) output.json({ event: 'import-finished', ...report });
        else if (!config.quiet) display.log(importedText(report));
        if (!index) return;
        const summary = await interruptible((signal) =>
          runIndex({ ...config, force: false }, { bus, signal, command: words, watch: hangWatchOf(config) }),
        );
        display.finish(summary);
        invocation.exitCode = exitCodeOf(summary, config);
      } finally {
        display.close();
      }
    });
  addSettingFlags(command, 'index', ['force', 'worktreeCopy']);
}
