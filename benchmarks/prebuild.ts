/**
 * What a prebuilt index saves: the index of one clone of a repository is exported and imported into another clone of the same
 * commit, in which some files were changed, beside a full run on the same tree.
 *
 *   npx tsx benchmarks/prebuild.ts --repo <git repository> [--changed 50] [--repeat 3]
 *
 * It works in a temporary folder and ends with 1 where a digest or a number of files is not what it must be.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { RunSummary } from '../src/shared/events.js';
import { openSqliteReader } from '../src/storage/sqlite-reader.js';

const BIN = fileURLToPath(new URL('../bin/mind-index.js', import.meta.url));

/** One call of the built program: how long it took from the outside, and the events that it printed. */
interface Call {
  readonly seconds: number;
  readonly events: readonly Record<string, unknown>[];
}

const { values } = parseArgs({
  options: {
    repo: { type: 'string' },
    changed: { type: 'string', default: '50' },
    repeat: { type: 'string', default: '3' },
  },
});
if (values.repo === undefined) throw new Error('name a repository: --repo <path>');
const [repository, changed, repeat] = [values.repo, Number(values.changed), Number(values.repeat)];

const folder = mkdtempSync(join(tmpdir(), 'mind-index-prebuild-'));
try {
  measure();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function measure(): void {
  const origin = clone('origin');
  const built = summaryOf(mindIndex('index', origin));
  const file = join(folder, 'index.mindx');
  const exports = times(() => mindIndex('export', origin, '--output', file).seconds);
  const placed = times((turn) => mindIndex('import', file, clone(`placed${turn}`), '--no-index').seconds);
  const verified = times(() => mindIndex('verify', file).seconds);
  console.log(
    [
      `${built.files} files, ${built.chunks} chunks, ${mebibytes(built.bytes)} of source, index ${mebibytes(built.indexBytes)}`,
      `export ${mebibytes(statSync(file).size)} in ${median(exports)} s; verify ${median(verified)} s; import --no-index ${median(placed)} s`,
    ].join('\n'),
  );

  const [imports, full, verifySource]: number[][] = [[], [], []];
  for (let turn = 0; turn < repeat; turn++) {
    const tree = clone(`tree${turn}`);
    changeFiles(origin, tree);
    const imported = mindIndex('import', file, tree);
    const anew = mindIndex('index', tree, '--index-dir', join(folder, `full${turn}`));
    const [byImport, byRun] = [summaryOf(imported), summaryOf(anew)];
    check('files indexed after the import', byImport.work.changed, changed);
    check('files added or removed by the import', byImport.work.added + byImport.work.removed, 0);
    check('digest', byImport.digest, byRun.digest);
    imports!.push(imported.seconds);
    full!.push(anew.seconds);
    verifySource!.push(mindIndex('verify', tree, '--source').seconds);
    rmSync(tree, { recursive: true });
  }
  const ratio = Number(median(full!)) / Number(median(imports!));
  console.log(
    [
      `${changed} files changed: import and indexing ${median(imports!)} s (${list(imports!)}), full run ${median(full!)} s (${list(full!)})`,
      `ratio ${ratio.toFixed(2)}, files indexed ${changed}, digests equal; verify --source ${median(verifySource!)} s`,
    ].join('\n'),
  );
}

function times(work: (turn: number) => number): number[] {
  return Array.from({ length: repeat }, (_, turn) => work(turn));
}

function clone(name: string): string {
  const path = join(folder, name);
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', repository, path]);
  return path;
}

/** Appends a line to files that the index of `origin` holds, spread over the tree. */
function changeFiles(origin: string, tree: string): void {
  const paths = execFileSync('git', ['ls-files', '-z'], { cwd: tree, encoding: 'utf8' }).split('\0').filter(Boolean);
  const indexed = new Set(indexedPaths(origin));
  const candidates = paths.filter((path) => indexed.has(path));
  const step = candidates.length / changed;
  for (let number = 0; number < changed; number++) {
    appendFileSync(join(tree, candidates[Math.floor(number * step)]!), '\n');
  }
}

function indexedPaths(tree: string): string[] {
  const reader = openSqliteReader(join(tree, '.mind-index'));
  try {
    return [...reader.files()].filter(({ state }) => state === 'indexed').map(({ path }) => path);
  } finally {
    reader.close();
  }
}

function mindIndex(...args: readonly string[]): Call {
  const startedMs = performance.now();
  const run = spawnSync(process.execPath, [BIN, ...args, '--json'], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const seconds = (performance.now() - startedMs) / 1000;
  if (run.status !== 0) throw new Error(`mind-index ${args.join(' ')}: exit code ${run.status}: ${run.stderr}`);
  const lines = run.stdout.split('\n').filter(Boolean);
  return { seconds, events: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

function summaryOf({ events }: Call): RunSummary {
  return events.find(({ event }) => event === 'run-finished') as unknown as RunSummary;
}

function check(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`${what}: ${String(found)} instead of ${String(expected)}`);
}

function median(numbers: readonly number[]): string {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const value = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return value.toFixed(2);
}

function list(numbers: readonly number[]): string {
  return numbers.map((value) => value.toFixed(2)).join(', ');
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
