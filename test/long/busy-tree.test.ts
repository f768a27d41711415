import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SearchResult } from '../../src/search/search-result.js';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { eventsOf, indexed, mindIndex, problemsOf, startMindIndex } from '../program.js';

let tree: TemporaryFolder;
let elsewhere: TemporaryFolder;

beforeEach(() => {
  tree = temporaryFolder();
  elsewhere = temporaryFolder();
});

afterEach(() => {
  tree.remove();
  elsewhere.remove();
});

/** Starts a run, and calls `act` whenever a segment of it was committed, while it goes on. */
async function during(act: () => void, args: readonly string[] = []) {
  const run = startMindIndex(['index', tree.path, '--json', '--workers', '2', ...args]);
  let [stdout, seen, stderr] = ['', 0, ''];
  run.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  run.stdout!.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    const commits = stdout.split('{"event":"segment-committed"').length - 1;
    for (; seen < commits; seen++) act();
  });
  const [code] = (await once(run, 'close')) as [number | null];
  return { code, stderr, events: eventsOf(stdout) };
}

function search(...words: readonly string[]): SearchResult {
  return JSON.parse(
    mindIndex(['search', '--root', tree.path, '--json', '--refresh', 'never', ...words]).stdout,
  ) as SearchResult;
}

describe('while a run is under way', () => {
  test('a second one is told who holds the lock and since when; searches answer and say what is missing', async () => {
    fillTree(tree, 900, 12);
    const said: unknown[] = [];
    const run = await during(() => {
      if (said.length > 0) return;
      const second = mindIndex([tree.path, '--quiet']);
      said.push([second.status, second.stderr.split('\n')[0]], search('sell').notices);
    });
    expect(run.code).toBe(0);
    const holder = /is being written by another run: process \d+ \(`mind-index index .*`\), since \d{4}-\d\d-\d\dT/;
    expect(said).toEqual([
      [1, expect.stringMatching(holder)],
      [{ message: expect.stringContaining('not complete') as string, hint: expect.any(String) as string }],
    ]);
    expect(search('sell').notices).toEqual([]);
  });

  test('files may change, vanish and come: it completes, and a quiet run after it has the digest of a fresh index', async () => {
    fillTree(tree, 300, 8);
    let turn = 0;
    const { code, events } = await during(() => {
      for (let shelf = 0; shelf < 10; shelf++) {
        turn++;
        tree.write(`shelf${shelf}/stock25.ts`, `export const turn${turn} = ${turn};\n`);
        tree.write(`shelf${shelf}/new${turn}.py`, `turn = ${turn}\n`);
        rmSync(join(tree.path, `shelf${shelf}/stock${turn % 28}.py`), { force: true });
        rmSync(join(tree.path, `shelf${shelf}/stock16.py`), { force: true });
      }
    });
    const last = events.at(-1)!;
    expect([code, last.event, turn > 0]).toEqual([0, 'run-finished', true]);
    expect(last).toMatchObject({ outcome: 'complete', failed: [] });
    const quiet = indexed(tree.path);
    expect(quiet.digest).toBe(indexed(tree.path, ['--index-dir', join(elsewhere.path, 'fresh')]).digest);
    expect(problemsOf(tree.path)).toEqual([]);
  });
});

describe('after the tree has moved on', () => {
  beforeEach(() => {
    fillTree(tree, 28);
    tree.write('lemon.ts', 'export function squeezeLemon(): string {\n  return "juice";\n}\n');
    indexed(tree.path);
  });

  test('a hit in a changed file says that it is stale', () => {
    expect(search('squeezeLemon').hits[0]).toMatchObject({ path: 'lemon.ts', fresh: 'fresh' });
    tree.write('lemon.ts', '// moved\n\nexport function squeezeLemon(): string {\n  return "juice";\n}\n');
    expect(search('squeezeLemon').hits[0]).toMatchObject({ path: 'lemon.ts', fresh: 'stale' });
    expect(mindIndex(['status', tree.path]).stdout).toContain('0 new, 1 changed, 0 deleted files');
  });

  test('a hit in a deleted file is not offered as if it were there', () => {
    rmSync(join(tree.path, 'lemon.ts'));
    const { hits } = search('squeezeLemon');
    const lemon = hits.find(({ path }) => path === 'lemon.ts');
    expect(lemon?.fresh ?? 'gone').toBe('gone');
    expect(mindIndex(['status', tree.path]).stdout).toContain('0 new, 0 changed, 1 deleted files');
  });

  test('an index without texts answers from the files', () => {
    indexed(tree.path, ['--no-store-text']);
    const { stdout } = mindIndex(['search', '--root', tree.path, '--json', 'squeezeLemon'], {
      env: { MIND_INDEX_STORE_TEXT: 'false' },
    });
    expect((JSON.parse(stdout) as SearchResult).hits[0]).toMatchObject({ path: 'lemon.ts', fresh: 'fresh' });
  });

  test('an index without vectors answers from words', () => {
    const { embedder } = indexed(tree.path, ['--embedder', 'none']);
    expect(embedder).toBe('none');
    const { stdout } = mindIndex(['search', '--root', tree.path, '--json', 'squeezeLemon'], {
      env: { MIND_INDEX_EMBEDDER: 'none' },
    });
    expect((JSON.parse(stdout) as SearchResult).hits[0]?.path).toBe('lemon.ts');
  });
});
