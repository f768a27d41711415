import type { Command } from 'commander';
import type { IndexStatus } from '../app.js';
import { EXIT_CORRUPT, EXIT_STALE } from '../shared/errors.js';
import type { Invocation } from './invocation.js';
import { isBehind, scaleTrace, statusReport } from './status-report.js';

/** Adds `mind-index status [path]`: what the index holds, how far it is behind the files, and what to do. */
export function registerStatus(program: Command, invocation: Invocation): void {
  const command = program
    .command('status')
    .description('tell what the index holds and what to do')
    .argument('[path]', 'indexed folder, or any below it', '.')
    .option('--run', 'show the scaling decisions of the last run')
    .option('--no-compare', 'do not look at the files')
    .option('--check', 'exit with 4 unless the index agrees with the files and the settings, with 5 if it is corrupt')
    .action(async (path: string, flags: StatusFlags) => {
      const config = await invocation.readIndexedConfig(command, path);
      const { readStatus } = await import('../app.js');
      const status = await readStatus(config, { compareWithTree: flags.compare, byContent: flags.check ?? false });
      const { output } = invocation;
      const colors = invocation.colorsFor(output.stdout);
      if (config.json) output.json(status);
      else output.data(flags.run ? scaleTrace(status, colors) : statusReport(status, colors, config.verbose));
      if (flags.check) invocation.exitCode = checkedExitCode(status);
    });
}

interface StatusFlags {
  readonly run?: boolean;
  readonly compare: boolean;
  readonly check?: boolean;
}

/** What `--check` ends with: 0 for an index that the next run would leave as it is. */
export function checkedExitCode({ state, behind }: Pick<IndexStatus, 'state' | 'behind'>): number {
  switch (state.kind) {
    case 'ready':
      return isBehind(behind) ? EXIT_STALE : 0;
    case 'building':
    case 'stale-settings':
      return EXIT_STALE;
    case 'corrupt':
      return EXIT_CORRUPT;
    case 'missing':
    case 'newer-version':
      return 1;
  }
}
