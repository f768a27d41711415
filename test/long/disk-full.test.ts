import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, type TestContext } from 'vitest';
import { strikeRun, type Blow, type Place } from '../../benchmarks/kills/struck-run.js';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { indexed, mindIndex } from '../program.js';

const FILES = 140;
const KIB = 1024;

let tree: TemporaryFolder;
let elsewhere: TemporaryFolder;
let disk: string;
let place: Place;
let expected: string;
let neededKib: number;

beforeAll(() => {
  tree = temporaryFolder();
  elsewhere = temporaryFolder();
  fillTree(tree, FILES, 8);
  const { digest, indexBytes } = indexed(tree.path, ['--index-dir', join(elsewhere.path, 'reference')]);
  expected = digest;
  neededKib = Math.ceil(indexBytes / KIB);
}, 60_000);

beforeEach(() => {
  disk = join(elsewhere.path, 'disk');
  mkdirSync(disk);
  place = {
    program: fileURLToPath(new URL('../..', import.meta.url)),
    root: tree.path,
    indexDir: join(disk, 'index'),
    log: join(elsewhere.path, 'log'),
  };
});

afterEach(() => {
  spawnSync('umount', [disk]);
  rmSync(disk, { recursive: true });
});

afterAll(() => {
  tree.remove();
  elsewhere.remove();
});

/** Mounts a file system of a size of its own, or skips the test where the system does not let us. */
function mountDisk(context: TestContext, sizeKib: number): void {
  const isRoot = process.getuid?.() === 0;
  const options = `size=${sizeKib}k`;
  if (!isRoot || spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk]).status !== 0) {
    context.skip('file systems cannot be mounted here');
  }
}

/** What must hold once there is space again: the index is sound, the next run goes on from what was kept. */
function expectToGoOn(digest: string): void {
  const verified = mindIndex(['verify', tree.path, '--index-dir', place.indexDir, '--json']);
  const report = JSON.parse(verified.stdout) as { readonly problems?: readonly string[]; readonly code?: string };
  if (report.code !== 'index-missing') expect(report.problems).toEqual([]);
  const summary = indexed(tree.path, ['--index-dir', place.indexDir]);
  expect([summary.outcome, summary.digest, summary.failed]).toEqual(['complete', digest, []]);
}

describe('a disk that is too small', () => {
  test('ends the run in words wherever it is full, and keeps what was committed', (context) => {
    const kept: number[] = [];
    for (const share of [0.05, 0.4, 0.7, 0.95]) {
      mountDisk(context, Math.max(64, Math.floor(neededKib * share)));
      // Little memory makes small batches, and so many commits.
      const args = ['--index-dir', place.indexDir, '--workers', '2', '--max-memory', '224mb'];
      const run = mindIndex(['index', tree.path, ...args, '--quiet']);
      expect([share, run.status, run.stderr]).toEqual([share, 1, expect.stringContaining('no space left')]);
      expect(run.stderr).toContain('everything committed so far is kept');
      spawnSync('mount', ['-o', 'remount,size=60m', disk]);
      const { stdout } = mindIndex(['status', tree.path, '--index-dir', place.indexDir, '--json', '--no-compare']);
      kept.push((JSON.parse(stdout) as { readonly files: number }).files);
      expectToGoOn(expected);
      spawnSync('umount', [disk]);
    }
    // Truly in the middle: some commits were made, and some were not.
    expect(kept.some((files) => files > 0 && files < FILES)).toBe(true);
  });
});

describe('a disk that becomes full', () => {
  /** Fills the disk at the blow, then gives the space back; returns how the run ended. */
  function fillAt(blow: Blow, args: readonly string[] = []) {
    const fill = join(disk, 'ballast');
    const run = strikeRun(place, blow, ['--workers', '2', ...args], { fill });
    expect(run.blow).toBeDefined();
    expect(statSync(fill).size).toBeGreaterThan(0);
    rmSync(fill);
    expect([0, 1]).toContain(run.status);
    if (run.status === 1) expect(run.stderr).toContain('no space left');
    return run;
  }

  test.for<[string, Blow, number | undefined]>([
    ['before there is a database', { kind: 'create:before', at: 2 }, 1],
    ['while its tables are made', { kind: 'schema:after', at: 1 }, 1],
    ['while a batch is written', { kind: 'insert:after', at: 5 }, 1],
    ['at a commit', { kind: 'commit:before', at: 3 }, 1],
    // What follows may find room in the log: then it is no failure.
    ['when the log is copied back', { kind: 'checkpoint:before', at: 2 }, undefined],
    ['when the run says its last words', { kind: 'checkpoint:before', at: 3 }, undefined],
    ['when threads note what they work on', { kind: 'note:before', at: 1 }, undefined],
  ])('%s does no harm, and the next run goes on', ([, blow, status], context) => {
    mountDisk(context, 60 * KIB);
    const run = fillAt(blow);
    if (status !== undefined) expect(run.status).toBe(status);
    expectToGoOn(expected);
  });

  test('while segments are merged, leaves them as they were, and the next run merges them', (context) => {
    mountDisk(context, 60 * KIB);
    indexed(tree.path, ['--index-dir', place.indexDir]);
    const edited = Array.from({ length: FILES / 2 }, (_, i) => `shelf${i % 5}/stock${i % 28}.merge.md`);
    for (const path of edited) tree.write(path, `# Merged\n\n${path}\n`);
    indexed(tree.path, ['--index-dir', place.indexDir]);
    for (const path of edited) rmSync(join(tree.path, path), { force: true });
    // All that the second segment holds is dead now: the first merge drops it. Removals are committed before.
    const run = fillAt({ kind: 'begin:before', at: 3 });
    expect([run.status, run.events.some(({ event }) => event === 'segments-merged')]).toEqual([1, false]);
    expectToGoOn(expected);
  });
});
