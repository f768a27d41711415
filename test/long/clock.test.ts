import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { indexed, problemsOf, type ProgramOptions } from '../program.js';

const JUMPER = fileURLToPath(new URL('../preloads/clock-jumper.mjs', import.meta.url));
const FILES = 60;

let tree: TemporaryFolder;
let elsewhere: TemporaryFolder;

beforeEach(() => {
  tree = temporaryFolder();
  elsewhere = temporaryFolder();
  fillTree(tree, FILES);
});

afterEach(() => {
  tree.remove();
  elsewhere.remove();
});

/** Starts the program with a clock that is off by hours, or by others after every so many looks at it. */
function clockOff(hours: readonly number[], every = 1, more: object = {}): ProgramOptions {
  return { env: { NODE_OPTIONS: `--import=${JUMPER}`, CLOCK: JSON.stringify({ hours, every, ...more }) } };
}

/** The digest of the tree as it is now, by a right clock and an index of its own. */
function freshDigest(): string {
  rmSync(join(elsewhere.path, 'fresh'), { recursive: true, force: true });
  return indexed(tree.path, ['--index-dir', join(elsewhere.path, 'fresh')]).digest;
}

describe.each([
  ['the main thread', ['--workers', '1'], { MIND_INDEX_INLINE_MAX_FILES: '1000' }],
  ['worker threads', ['--workers', '2'], { MIND_INDEX_INLINE_MAX_FILES: '0' }],
] as const)('a clock that is wrong, in %s,', (_, args, env) => {
  const run = (options: ProgramOptions) => indexed(tree.path, args, { env: { ...env, ...options.env } });

  test('by other hours in every run, back and forth, costs no change and no digest', () => {
    const offsets = [0, -7, 9, 0];
    offsets.forEach((hours, turn) => {
      tree.write('turn.ts', `export const turn = ${turn};\n`);
      tree.write(`shelf0/new${turn}.py`, `turn = ${turn}\n`);
      const { digest, outcome } = run(clockOff([hours]));
      expect([hours, outcome, digest]).toEqual([hours, 'complete', freshDigest()]);
    });
    expect(problemsOf(tree.path)).toEqual([]);
  });

  test('and jumps by hours during a run, does not hang it', () => {
    for (const every of [1, 20]) {
      tree.write(`shelf1/every${every}.go`, `package shelf\n\nconst every = ${every}\n`);
      const { digest, outcome } = run(clockOff([0, 5, -5, 11, -24], every));
      expect([every, outcome, digest]).toEqual([every, 'complete', freshDigest()]);
    }
    expect(problemsOf(tree.path)).toEqual([]);
  });

  test.each([-5, 0, 5])('by %s hours, hides no edit in the same moment as the reading before it', (hours) => {
    const path = 'shelf1/moment.ts';
    const file = join(tree.path, path);
    tree.write(path, 'export const fruit = "none";\n');
    // Three texts of one length: sizes tell nothing.
    const rewrite = { path, file, before: 'export const fruit = "plum";\n', after: 'export const fruit = "pear";\n' };
    run(clockOff([hours], 1, { rewrite }));
    expect(run(clockOff([hours])).digest).toBe(freshDigest());
    expect(problemsOf(tree.path)).toEqual([]);
  });
});
