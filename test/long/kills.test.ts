import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setTimeout } from 'node:timers/promises';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { indexed, mindIndex, problemsOf, startMindIndex } from '../program.js';

const KILLS = 20;
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

/** Numbers in [0, 1) that the seed decides: mulberry32, by Tommy Ettinger. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

let tree: TemporaryFolder;
let expected: string;
let runMs: number;

beforeAll(() => {
  tree = temporaryFolder();
  fillTree(tree, 900, 12);
  const summary = indexed(tree.path, ['--workers', '2']);
  expected = summary.digest;
  runMs = summary.durationMs;
});

afterAll(() => tree.remove());

test(`${KILLS} kills at random moments lose nothing that was committed and change nothing (SEED=${SEED})`, async () => {
  const random = numbersFrom(SEED);
  mindIndex(['clean', tree.path]);
  let [filesBefore, done] = [0, 0];
  for (let kill = 0; kill < KILLS; kill++) {
    // A rebuild in between, so that there is always something to do when the kill comes.
    const args = done > 0 ? ['--force'] : [];
    const run = startMindIndex(['index', tree.path, '--workers', String(1 + (kill % 4)), '--quiet', ...args]);
    const closed = once(run, 'close');
    await setTimeout(random() * runMs * 1.2);
    run.kill('SIGKILL');
    await closed;

    const verified = mindIndex(['verify', tree.path, '--json']);
    const report = JSON.parse(verified.stdout) as { problems?: readonly string[]; files: number; code?: string };
    // Killed before there was an index.
    if (report.code === 'index-missing' && filesBefore === 0) continue;
    expect([kill, report.problems]).toEqual([kill, []]);
    expect(report.files).toBeGreaterThanOrEqual(filesBefore);
    filesBefore = report.files;
    if (filesBefore === 900) done++;
  }
  expect(indexed(tree.path).digest).toBe(expected);
  expect(problemsOf(tree.path)).toEqual([]);
});
