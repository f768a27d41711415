import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IndexStatus } from '../../src/app/inspection.js';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { indexed, mindIndex, problemsOf, type ProgramOptions } from '../program.js';

const SABOTEUR = fileURLToPath(new URL('../preloads/thread-saboteur.mjs', import.meta.url));
const GUILTY = 'shelf1/stock4.css';
const FILES = 120;

/** Starts the program with threads that die or hang in the given way. */
function sabotage(how: object, env: Readonly<Record<string, string>> = {}): ProgramOptions {
  return { env: { NODE_OPTIONS: `--import=${SABOTEUR}`, SABOTAGE: JSON.stringify(how), ...env } };
}

let tree: TemporaryFolder;
let expected: string;

beforeAll(() => {
  tree = temporaryFolder();
  fillTree(tree, FILES);
  expected = indexed(tree.path, ['--workers', '2']).digest;
});

afterAll(() => tree.remove());

describe('a worker thread that dies', () => {
  test('costs nothing but time: the run completes, the summary names it, the digest is equal', () => {
    const claim = join(tree.path, '.git', 'claim');
    tree.write('.git/HEAD', '');
    const how = sabotage({ kind: 'exit-once', afterFiles: 20, claim });
    const { digest, files, failed, threads } = indexed(tree.path, ['--workers', '2', '--force'], how);
    expect([digest, files, failed]).toEqual([expected, FILES, []]);
    expect(threads.lost).toEqual([expect.stringMatching(/^thread \d at `shelf.*`: .*exit code 7/)]);
    expect(problemsOf(tree.path)).toEqual([]);
  });

  test('of the same file every time costs that file alone, which stays listed with its reason', () => {
    const how = sabotage({ kind: 'exit-at', path: GUILTY });
    const { files, failed, threads } = indexed(tree.path, ['--workers', '2', '--force'], how);
    const failure = { path: GUILTY, message: expect.stringMatching(/^given up: .*exit code 7/) as string };
    expect([files, failed, threads.lost.length]).toEqual([FILES - 1, [failure], 2]);

    const status = JSON.parse(mindIndex(['status', tree.path, '--json']).stdout) as IndexStatus;
    expect(status.failed).toEqual([failure]);
    expect(mindIndex(['status', tree.path]).stdout).toContain(`failed      ${GUILTY}: given up:`);
    expect(problemsOf(tree.path)).toEqual([]);
  });

  test('is no failure of the run, except with --strict, also for as long as the file stays failed', () => {
    const how = sabotage({ kind: 'exit-at', path: GUILTY });
    expect(mindIndex([tree.path, '--workers', '2', '--force'], how).status).toBe(0);
    expect(mindIndex([tree.path, '--workers', '2', '--strict']).status).toBe(3);
    expect(mindIndex([tree.path, '--workers', '2', '--strict', '--force']).status).toBe(0);
    expect(indexed(tree.path).digest).toBe(expected);
  });
});

describe('a worker thread that hangs in native code', () => {
  test('costs its file alone; the process then ends by a signal, and says which exit code that hides', () => {
    const how = sabotage({ kind: 'hang-at', path: GUILTY, seconds: 20 }, { MIND_INDEX_FILE_DEADLINE_MS: '500' });
    const startedMs = performance.now();
    const run = mindIndex([tree.path, '--workers', '2', '--force', '--json'], how);
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    expect([run.status, run.signal]).toEqual([null, 'SIGKILL']);
    expect(run.stdout.trimEnd().split('\n').at(-1)).toContain('"event":"run-finished"');
    expect(run.stderr).toContain('a shell reports 137; without this the exit code would be 0');
    expect(problemsOf(tree.path)).toEqual([]);
  });
});
