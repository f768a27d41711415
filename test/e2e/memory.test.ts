import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { indexed, mindIndex, problemsOf } from '../program.js';

const MIB = 2 ** 20;

let tree: TemporaryFolder;

beforeAll(() => {
  tree = temporaryFolder();
  fillTree(tree, 600, 12);
});

afterAll(() => tree.remove());

describe('a memory limit that is smaller than any run could keep', () => {
  test('is refused before anything is begun, with the number that would do', () => {
    for (const limit of ['128mb', '192mb']) {
      const run = mindIndex(['index', tree.path, '--max-memory', limit]);
      expect([run.status, run.stdout]).toEqual([2, '']);
      expect(run.stderr).toMatch(/the memory limit of \d+ MiB is too small: at least \d+ MiB are needed for/);
    }
    const [, needed] = /at least (\d+) MiB/.exec(mindIndex(['index', tree.path, '--max-memory', '128mb']).stderr)!;
    const summary = indexed(tree.path, ['--max-memory', `${needed}mb`]);
    expect(summary.peakRssBytes).toBeLessThan(Number(needed) * MIB);
  });

  test('leaves an existing index as it is', () => {
    const { digest } = indexed(tree.path);
    expect(mindIndex(['index', tree.path, '--force', '--max-memory', '128mb']).status).toBe(2);
    expect(existsSync(join(tree.path, '.mind-index', 'index.db'))).toBe(true);
    expect(indexed(tree.path).digest).toBe(digest);
    expect(problemsOf(tree.path)).toEqual([]);
  });
});

describe('a file that needs more memory than there is', () => {
  /** Casts or calls: the grammar of C keeps both in mind for as long as it can, and takes hundreds of megabytes for it. */
  const HUNGRY = `int melon = ${`${'(x)'.repeat(3000)}\n`.repeat(40)};\n`;

  test('fails alone, by name, and is indexed where there is more', () => {
    const small = temporaryFolder();
    fillTree(small, 80, 4);
    small.write('hungry/melon.c', HUNGRY);
    const summary = indexed(small.path, ['--max-memory', '256mb', '--workers', '2']);
    expect(summary.peakRssBytes).toBeLessThan(256 * MIB);
    expect(summary.files + summary.failed.length).toBeGreaterThan(80);
    for (const { path, message } of summary.failed) {
      expect([path, message]).toEqual(['hungry/melon.c', expect.stringContaining('needs more memory')]);
    }
    expect(problemsOf(small.path)).toEqual([]);
    small.remove();
  });
});
