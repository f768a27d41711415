import type { Command } from 'commander';
import type { Invocation } from './invocation.js';
import { failedReport } from './failed-report.js';
import { scaleTrace, statusReport } from './status-report.js';

interface StatusFlags {
  readonly run?: boolean;
  readonly failed?: boolean;
  readonly compare: boolean;
}

/** Adds `mind-index status [path]`: what the index holds, how far it is behind the files, and what to do. */
export function registerStatus(program: Command, invocation: Invocation): void {
  const command = program
    .command('status')
    .description('tell what the index holds and what to do')
    .argument('[path]', 'indexed folder, or any below it', '.')
    .option('--run', 'show the scaling decisions of the last run')
    .option('--failed', 'list the files that failed, with reasons and since when')
    .option('--no-compare', 'do not look at the files')
    .action(async (path: string, flags: StatusFlags) => {
      const config = await invocation.readIndexedConfig(command, path);
      const { readFailedFiles, readStatus } = await import('../app.js');
      const { output } = invocation;
      const colors = invocation.colorsFor(output.stdout);
      if (flags.failed) {
        const failed = await readFailedFiles(config);
        if (config.json) output.json({ root: config.root, indexDir: config.indexDir, failed });
        else output.data(failedReport(failed, colors));
        return;
      }
      const status = await readStatus(config, { compareWithTree: flags.compare });
      if (config.json) output.json(status);
      else output.data(flags.run ? scaleTrace(status, colors) : statusReport(status, colors, config.verbose));
    });
}
