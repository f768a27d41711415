import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { BenchRequest } from '../bench/bench-run.js';
import type { FigureChange } from '../bench/comparison.js';
import type { BenchReport } from '../bench/report.js';
import { chooseScenarios, scenariosFor } from '../bench/scenario.js';
import { errors } from '../shared/errors.js';
import { listenForInterrupt } from './interrupt.js';
import { endInterrupted } from './process-end.js';
import { Invocation } from './invocation.js';
import type { Output } from './output.js';
import { reportPlace, writeReport } from './report-file.js';
import { escapeControls } from './terminal-text.js';

const DEFAULT_WORKERS = '1,2,4,8,16';

/** What was typed, unparsed. */
interface BenchFlags {
  readonly files: string;
  readonly seed: string;
  readonly corpusDir?: string;
  readonly workersList: string;
  readonly repeat: string;
  readonly warmup: string;
  readonly only?: string;
  readonly compare?: string;
  readonly output?: string;
  readonly report?: string;
}

/** Adds `mind-index bench`. */
export function registerBench(
  program: Command,
  invocation: Pick<Invocation, 'output' | 'cwd'> = Invocation.ofProcess(),
): void {
  program
    .command('bench')
    .description('measure indexing and search on this machine, beside what reading and parsing alone take')
    .argument('[path]', 'a tree to measure with, which is only read (default: a generated corpus)')
    .option('--files <n>', 'files of the generated corpus', '10000')
    .option('--seed <n>', 'seed of the generated corpus and of the queries', '1')
    .option('--corpus-dir <dir>', 'keep the generated corpus here and use it again')
    .option('--workers-list <n,...>', 'numbers of worker threads to measure', DEFAULT_WORKERS)
    .option('--repeat <n>', 'measured rounds', '3')
    .option('--warmup <n>', 'rounds before them that are not kept', '0')
    .option('--only <names>', 'these scenarios only, such as workers-2,parse-2,search or read-*')
    .option('--compare <file>', 'fail when a figure is worse than in this earlier report, beyond noise')
    .option('--output <file>', 'also write the report as JSON to this file')
    .option('--report <file>', 'also write the report as a page of HTML to this file')
    .action(async (path: string | undefined, flags: BenchFlags, command: Command) => {
      const { json, quiet } = command.optsWithGlobals<{ json?: boolean; quiet?: boolean }>();
      const before = flags.compare === undefined ? undefined : readReport(flags.compare);
      if (flags.report !== undefined) reportPlace(flags.report, invocation.cwd);
      const report = await measure(requestOf(path, flags), invocation.output, quiet === true);
      if (flags.output !== undefined) writeFileSync(flags.output, `${JSON.stringify(report)}\n`);
      if (flags.report !== undefined) await writePage(flags.report, report, invocation);
      const changes = before === undefined ? undefined : await compare(before, report);
      await print(report, changes, json === true, invocation.output);
      failOnRegression(changes ?? []);
    });
}

function requestOf(path: string | undefined, flags: BenchFlags): BenchRequest {
  const workers = flags.workersList.split(',').map((text) => wholeNumber('--workers-list', text, 1, 256));
  return {
    path,
    spec: {
      files: wholeNumber('--files', flags.files, 1, 1_000_000),
      seed: wholeNumber('--seed', flags.seed, 0, 2 ** 31),
    },
    corpusDir: flags.corpusDir,
    scenarios: chooseScenarios(scenariosFor(workers), flags.only?.split(',') ?? []),
    repeat: wholeNumber('--repeat', flags.repeat, 1, 1000),
    warmUp: wholeNumber('--warmup', flags.warmup, 0, 1000),
  };
}

// The bench is loaded only when it runs: every other command starts without it.

async function measure(request: BenchRequest, output: Output, quiet: boolean): Promise<BenchReport> {
  const { runBench } = await import('../bench/bench-run.js');
  const interrupt = listenForInterrupt(process, () => output.note('stopping'), endInterrupted);
  try {
    return await runBench(request, { step: (text) => quiet || output.note(text) }, interrupt.signal);
  } catch (error) {
    throw interrupt.signal.aborted ? errors.benchInterrupted(error) : error;
  } finally {
    interrupt.release();
  }
}

async function compare(before: BenchReport, after: BenchReport): Promise<FigureChange[]> {
  const { compareReports } = await import('../bench/comparison.js');
  return compareReports(before, after);
}

async function writePage(
  path: string,
  report: BenchReport,
  { output, cwd }: Pick<Invocation, 'output' | 'cwd'>,
): Promise<void> {
  const [{ benchPage }, { warningTexts }] = await Promise.all([
    import('../report/bench-page.js'),
    import('./bench-report.js'),
  ]);
  writeReport(path, cwd, benchPage(report, warningTexts(report.warnings)));
  output.note(`Wrote \`${escapeControls(path)}\``);
}

async function print(
  report: BenchReport,
  changes: readonly FigureChange[] | undefined,
  json: boolean,
  output: Output,
): Promise<void> {
  if (json) return output.json(changes === undefined ? report : { ...report, changes });
  const { changeText, reportText } = await import('./bench-report.js');
  output.data(escapeLines(reportText(report)));
  if (changes !== undefined) output.data(`\n${escapeLines(changeText(changes))}`);
}

/** A report that is compared with may come from anywhere. */
function escapeLines(text: string): string {
  return text.split('\n').map(escapeControls).join('\n');
}

function failOnRegression(changes: readonly FigureChange[]): void {
  const worse = changes.filter(({ verdict }) => verdict === 'worse');
  if (worse.length === 0) return;
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  throw errors.benchRegression(
    worse.map(
      ({ scenario, figure, change, noise }) => `${scenario} ${figure} +${percent(change)} (noise ${percent(noise)})`,
    ),
  );
}

function readReport(path: string): BenchReport {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8').split('\n')[0]!) as BenchReport;
    if (!Array.isArray(report.throughput)) throw new TypeError('no throughput');
    return report;
  } catch (error) {
    throw errors.benchReportUnreadable(path, error);
  }
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text.trim()) && value >= min && value <= max) return value;
  throw errors.benchValueInvalid(option, text, `a whole number from ${min} to ${max}`);
}
