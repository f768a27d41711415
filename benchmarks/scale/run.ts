import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { drawQueries } from '../../src/bench/search-queries.js';
import type { SearchResultTimes } from '../../src/bench/search-process.js';
import type { RunSummary } from '../../src/shared/events.js';
import { sourceFiles, writeRenamedTree } from './renamed-tree.js';

const USAGE = `usage: npx tsx benchmarks/scale/run.ts --work <dir> [options] <directory>...
  <directory>...     source trees; files are taken from all of them evenly, and again under other names when there are too few
  --files <a,b,...>  sizes of the trees (default: 10000,100000)
  --work <dir>       where trees and indexes are kept; trees that are there are used again
  --max-memory <s>   passed to mind-index
  --rounds <n>       runs of each size, interleaved; the median counts (default: 1)`;

const PROGRAM = fileURLToPath(new URL('../../bin/mind-index.js', import.meta.url));
const SEARCH_PROCESS = fileURLToPath(new URL('../../dist/bench/search-process.js', import.meta.url));
const QUERIES = 300;
const WARM_UP = 50;
const SEED = 1;
const MAX_QUERY_LETTERS = 60;
const MIB = 2 ** 20;

/** What one run of one size gave. */
interface Measured {
  readonly summary: RunSummary;
  readonly noChangeMs: number;
  readonly noChangePeakBytes: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: 'string', default: '10000,100000' },
    work: { type: 'string' },
    'max-memory': { type: 'string', default: 'auto' },
    rounds: { type: 'string', default: '1' },
  },
});
if (values.work === undefined || positionals.length === 0) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}
const work = resolve(values.work);
const sizes = values.files.split(',').map(Number);
const sources = sourceFiles(positionals.map((path) => resolve(path)));
const treeOf = (size: number) => join(work, `tree-${size}`);
const indexOf = (size: number) => join(work, `index-${size}`);

mkdirSync(work, { recursive: true });
for (const size of sizes) {
  if (!existsSync(treeOf(size))) writeRenamedTree(sources, size, treeOf(size));
}

const results = new Map<number, Measured[]>(sizes.map((size) => [size, []]));
for (let round = 0; round < Number(values.rounds); round++) {
  for (const size of sizes) {
    rmSync(indexOf(size), { recursive: true, force: true });
    const summary = run(size);
    const { durationMs, peakRssBytes } = run(size);
    results.get(size)!.push({ summary, noChangeMs: durationMs, noChangePeakBytes: peakRssBytes });
  }
}

process.stdout.write(
  'files  indexed  MB  files/s  MB/s  peak RSS  no change  its peak  index/source  segments  p50  p95\n',
);
for (const size of sizes) {
  const runs = results.get(size)!.sort((a, b) => a.summary.durationMs - b.summary.durationMs);
  const { summary, noChangeMs, noChangePeakBytes } = runs[Math.floor(runs.length / 2)]!;
  const { queryMs } = search(size);
  const sorted = [...queryMs].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * sorted.length)]!.toFixed(1);
  const row = [
    size,
    summary.files,
    (summary.bytes / 1e6).toFixed(0),
    summary.filesPerSecond.toFixed(0),
    (summary.bytes / 1e3 / summary.durationMs).toFixed(1),
    `${Math.round(summary.peakRssBytes / MIB)} MiB`,
    `${Math.round(noChangeMs)} ms`,
    `${Math.round(noChangePeakBytes / MIB)} MiB`,
    (summary.indexBytes / summary.bytes).toFixed(3),
    segmentsOf(size),
    `${at(0.5)} ms`,
    `${at(0.95)} ms`,
  ];
  process.stdout.write(`${row.join('  ')}\n`);
}

function run(size: number): RunSummary {
  const args = ['index', treeOf(size), '--index-dir', indexOf(size), '--json', '--max-memory', values['max-memory']];
  const stdout = program(args);
  return JSON.parse(stdout.slice(stdout.trimEnd().lastIndexOf('\n') + 1)) as RunSummary;
}

function segmentsOf(size: number): number {
  const status = program(['status', treeOf(size), '--index-dir', indexOf(size), '--json', '--no-compare']);
  return (JSON.parse(status) as { readonly segments: number }).segments;
}

function search(size: number): SearchResultTimes {
  const texts = readdirSync(treeOf(size), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .filter((_, i, all) => i % Math.ceil(all.length / 200) === 0)
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
  // Longer words are no terms, and a query without one is refused.
  const queries = drawQueries(texts, QUERIES + WARM_UP, SEED).filter((query) => query.length <= MAX_QUERY_LETTERS);
  const request = join(work, 'request.json');
  writeFileSync(request, JSON.stringify({ root: treeOf(size), indexDir: indexOf(size), queries, warmUp: WARM_UP }));
  return JSON.parse(output(process.execPath, [SEARCH_PROCESS, request])) as SearchResultTimes;
}

function program(args: readonly string[]): string {
  return output(process.execPath, [PROGRAM, ...args]);
}

function output(command: string, args: readonly string[]): string {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (done.status !== 0) throw new Error(`${args.join(' ')} ended with ${done.status ?? done.signal}: ${done.stderr}`);
  return done.stdout;
}
