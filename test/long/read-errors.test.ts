import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { indexed, mindIndex, problemsOf } from '../program.js';

const SABOTEUR = fileURLToPath(new URL('../preloads/file-saboteur.mjs', import.meta.url));
const FILES = 84;
const SICK_FILE = 'shelf1/stock4.css';
const SICK_DIRECTORY = 'shelf2';

let tree: TemporaryFolder;
let expected: string;

/** Indexes while reading some paths fails as on a broken disk. */
function runWithErrors(paths: readonly string[], env: Readonly<Record<string, string>>) {
  const traps = paths.map((path) => ({ kind: 'eio', path }));
  const options = { env: { NODE_OPTIONS: `--import=${SABOTEUR}`, SABOTAGE: JSON.stringify(traps), ...env } };
  return indexed(tree.path, ['--workers', '2'], options);
}

beforeAll(() => {
  tree = temporaryFolder();
  fillTree(tree, FILES);
  expected = indexed(tree.path).digest;
}, 60_000);

beforeEach(() => void mindIndex(['clean', tree.path]));
afterAll(() => tree.remove());

describe.each([
  ['the main thread', { MIND_INDEX_INLINE_MAX_FILES: '1000' }],
  ['worker threads', { MIND_INDEX_INLINE_MAX_FILES: '0' }],
] as const)('an error of the disk, met in %s,', (_, env) => {
  test('at a file leaves it out as unreadable; it is tried in every run, though its stamp is the same', () => {
    for (let run = 0; run < 2; run++) {
      const { outcome, files, skipped, failed } = runWithErrors([SICK_FILE], env);
      expect([outcome, files, skipped, failed]).toEqual(['complete', FILES - 1, { unreadable: 1 }, []]);
    }
    const healed = indexed(tree.path);
    expect([healed.work.unchanged, healed.digest]).toEqual([FILES - 1, expected]);
    expect(problemsOf(tree.path)).toEqual([]);
  });

  test('at a directory leaves out what nobody could list, and keeps what an earlier run knew of it', () => {
    const first = runWithErrors([SICK_DIRECTORY], env);
    expect([first.outcome, first.files]).toEqual(['complete', (FILES * 2) / 3]);
    expect(first.skipped).toEqual({ unreadable: 1 });
    expect(indexed(tree.path).digest).toBe(expected);

    const later = runWithErrors([SICK_DIRECTORY], env);
    expect([later.outcome, later.files, later.work.removed, later.digest]).toEqual(['complete', FILES, 0, expected]);
    expect(indexed(tree.path).digest).toBe(expected);
    expect(problemsOf(tree.path)).toEqual([]);
  });
});
