import type { Command } from 'commander';
import type { Invocation } from './invocation.js';
import { scaleTrace, statusReport } from './status-report.js';

/** Adds `mind-index status [path]`: what the index holds, how far it is behind the files, and what to do. */
export function registerStatus(program: Command, invocation: Invocation): void {
  const command = program
    .command('status')
    .description('tell what the index holds and what to do')
    .argument('[path]', 'indexed folder, or any below it', '.')
    .option('--run', 'show the scaling decisions of the last run')
    .option('--no-compare', 'do not look at the files')
    .action(async (path: string, flags: { readonly run?: boolean; readonly compare: boolean }) => {
      const config = await invocation.readIndexedConfig(command, path);
      const { readStatus } = await import('../app.js');
      const status = await readStatus(config, { compareWithTree: flags.compare });
      const { output } = invocation;
      const colors = invocation.colorsFor(output.stdout);
      if (config.json) output.json(status);
      else output.data(flags.run ? scaleTrace(status, colors) : statusReport(status, colors, config.verbose));
    });
}
