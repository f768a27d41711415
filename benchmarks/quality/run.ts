import { readFileSync, writeFileSync } from 'node:fs';
import { comparisonReport } from './comparison.js';
import { readOptions, USAGE, type QualityOptions } from './options.js';
import { rankingsOf, type QualityRun } from './quality-run.js';
import { qualityReport } from './report.js';
import { runCollection } from './retrieval.js';
import { signalReport } from './signal-report.js';

async function main(options: QualityOptions): Promise<void> {
  const { run, candidates } =
    options.read === undefined
      ? await runCollection(options, progress)
      : { run: readRun(options.read), candidates: [] };
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(run)}\n`);
  if (options.results !== undefined) writeFileSync(options.results, `${JSON.stringify(rankingsOf(run))}\n`);
  console.log(qualityReport(run));
  if (options.diff !== undefined) console.log(`\n${comparisonReport(readRun(options.diff), run)}`);
  if (options.signals !== undefined) writeFileSync(options.signals, `${signalReport(candidates, progress)}\n`);
}

function readRun(path: string): QualityRun {
  return JSON.parse(readFileSync(path, 'utf8')) as QualityRun;
}

function progress(line: string): void {
  console.error(line);
}

try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(`\n${USAGE}`);
  process.exitCode = 2;
}
