import type { Command } from 'commander';
import type { IndexStatus } from '../app/inspection.js';
import type { Config } from '../config/config.js';
import { EXIT_CORRUPT, EXIT_STALE, errors } from '../shared/errors.js';
import type { Invocation } from './invocation.js';
import { productVersion } from './product-version.js';
import { failedReport } from './failed-report.js';
import { writeReport } from './report-file.js';
import { meaningOf } from './skip-reasons.js';
import { isBehind, statusReport } from './status-report.js';
import { escapeControls } from './terminal-text.js';

/** Skipped files that a report lists by name; all are counted. */
const SKIPPED_LISTED = 500;

/** What was typed, unparsed. */
interface StatusFlags {
  /** `true` where no run is named. */
  readonly run?: string | true;
  readonly report?: string;
  readonly failed?: boolean;
  readonly compare: boolean;
  readonly check?: boolean;
}

/** Which runs are asked for. */
type RunChoice = number | 'last' | 'list';

/** Adds `mind-index status [path]`: what the index holds, how far it is behind the files, what to do; and its runs. */
export function registerStatus(program: Command, invocation: Invocation): void {
  const command = program
    .command('status')
    .description('tell what the index holds and what to do')
    .argument('[path]', 'indexed folder, or any below it', '.')
    .option('--run [which]', 'show what memory and workers did in a run: `last`, an id, or `list` for all runs')
    .option('--report <file>', 'also write that run as a page of HTML to this file')
    .option('--failed', 'list the files that failed, with reasons and since when')
    .option('--no-compare', 'do not look at the files')
    .option('--check', 'exit with 4 unless the index agrees with the files and the settings, with 5 if it is corrupt')
    .action(async (path: string, flags: StatusFlags) => {
      refuseMixed(flags);
      const choice = runChoice(flags);
      const config = await invocation.readIndexedConfig(command, path);
      if (flags.failed) await listFailed(config, invocation);
      else if (choice === undefined) await showStatus(config, flags, invocation);
      else if (choice === 'list') await listRuns(config, invocation);
      else await showRun(config, choice, flags.report, invocation);
    });
}

/** Each of these has an answer of its own; a check that is not made must not end with 0. */
function refuseMixed({ run, report, failed, check }: StatusFlags): void {
  const asked = { '--failed': failed, '--run': run, '--report': run === undefined && report, '--check': check };
  const [first, second] = Object.entries(asked).flatMap(([flag, value]) => (value ? [flag] : []));
  if (second === undefined) return;
  throw errors.usage(`\`${first!}\` and \`${second}\` are different questions`, 'ask one at a time');
}

function runChoice({ run, report }: StatusFlags): RunChoice | undefined {
  if (run === 'list' && report !== undefined) {
    throw errors.usage('`--report` is of one run, not of the list', 'name it: `--run last` or `--run <id>`');
  }
  if (run === undefined) return report === undefined ? undefined : 'last';
  if (run === true || run === 'last') return 'last';
  if (run === 'list') return 'list';
  if (!/^\d{1,15}$/.test(run)) throw errors.runUnknown(run);
  return Number(run);
}

async function showStatus(config: Config, { compare, check }: StatusFlags, invocation: Invocation): Promise<void> {
  const { readStatus } = await import('../app/inspection.js');
  const status = await readStatus(config, { compareWithTree: compare, byContent: check ?? false });
  const { output } = invocation;
  if (config.json) output.json(status);
  else output.data(statusReport(status, invocation.colorsFor(output.stdout), config.verbose));
  if (check) invocation.exitCode = checkedExitCode(status);
}

async function listFailed(config: Config, invocation: Invocation): Promise<void> {
  const { readFailedFiles } = await import('../app/inspection.js');
  const failed = await readFailedFiles(config);
  const { output } = invocation;
  if (config.json) output.json({ root: config.root, indexDir: config.indexDir, failed });
  else output.data(failedReport(failed, invocation.colorsFor(output.stdout)));
}

async function listRuns(config: Config, { output }: Invocation): Promise<void> {
  const { readRuns } = await import('../app/inspection.js');
  const runs = await readRuns(config);
  if (config.json) return output.json({ runs });
  const { runListText } = await import('./run-trace-report.js');
  output.data(runListText(runs));
}

async function showRun(
  config: Config,
  choice: number | 'last',
  report: string | undefined,
  invocation: Invocation,
): Promise<void> {
  const { output, cwd } = invocation;
  const { readRun, readSkippedFiles } = await import('../app/inspection.js');
  const run = await readRun(config, choice);
  if (report !== undefined) {
    const { runPage } = await import('../report/run-page.js');
    const skippedFiles = await readSkippedFiles(config, run.id, SKIPPED_LISTED);
    writeReport(report, cwd, runPage({ run, skippedFiles, meaningOf, version: productVersion() }));
    output.note(`Wrote \`${escapeControls(report)}\``);
  }
  if (config.json) return output.json(run);
  const { runTraceText } = await import('./run-trace-report.js');
  output.data(runTraceText(run, invocation.colorsFor(output.stdout), config.verbose));
}

/** What `--check` ends with: 0 for an index that the next run would leave as it is. */
function checkedExitCode({ state, behind }: Pick<IndexStatus, 'state' | 'behind'>): number {
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
