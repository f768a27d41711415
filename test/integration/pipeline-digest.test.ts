import { existsSync, readFileSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SettingValues } from '../../src/config/config.js';
import type { RunSummary } from '../../src/shared/events.js';
import { indexDirectory } from '../built-library.js';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { problemsOf } from '../program.js';

const FILES = 300;

/** An index of the tree outside it, so that one tree can have many. */
interface SeparateIndex {
  readonly dir: string;
  run(settings?: Partial<SettingValues>, signal?: AbortSignal): Promise<RunSummary>;
}

let tree: TemporaryFolder;
let indexes: TemporaryFolder;
let expected: string;
let made = 0;

function newIndex(): SeparateIndex {
  const dir = join(indexes.path, `index${++made}`);
  return {
    dir,
    run: (settings = {}, signal) =>
      indexDirectory(tree.path, { settings: { indexDir: dir, ...settings }, ...(signal && { signal }) }),
  };
}

function expectSound({ dir }: SeparateIndex): void {
  expect(problemsOf(tree.path, ['--index-dir', dir])).toEqual([]);
}

beforeEach(async () => {
  tree = temporaryFolder();
  indexes = temporaryFolder();
  fillTree(tree, FILES);
  const { digest, files, failed } = await newIndex().run({ workers: 2 });
  expect([files, failed]).toEqual([FILES, []]);
  expected = digest;
});

afterEach(() => {
  tree.remove();
  indexes.remove();
});

test('a listener that throws ends the run, and its error comes to the caller', async () => {
  const index = newIndex();
  const heard: string[] = [];
  const run = indexDirectory(tree.path, {
    settings: { indexDir: index.dir, workers: 2 },
    onEvent: ({ event }) => {
      heard.push(event);
      if (event === 'memory-sampled') throw new Error('the basket is full');
    },
  });
  await expect(run).rejects.toThrow('the basket is full');
  expect(heard.at(-1)).toBe('memory-sampled');
  expect((await index.run()).digest).toBe(expected);
});

describe('the digest of a tree is the same', () => {
  test.each<[string, Partial<SettingValues>]>([
    ['one worker', { workers: 1 }],
    ['more workers than cores', { workers: 16 }],
    ['as many workers as memory carries', { workers: 'auto' }],
    ['aggressive scaling', { aggressive: true }],
    ['the main thread', { inlineMaxFiles: 1_000_000 }],
  ])('with %s', async (_, settings) => {
    const index = newIndex();
    const { digest, strategy } = await index.run(settings);
    expect([digest, strategy.kind]).toEqual([expected, 'inlineMaxFiles' in settings ? 'inline' : 'threads']);
    expectSound(index);
  });

  test('after an edit that was undone, also when only the content came back and not the time', async () => {
    const index = newIndex();
    await index.run();
    const path = 'shelf1/stock3.cs';
    const before = readFileSync(join(tree.path, path));
    tree.write(path, 'class Lemon {}\n');
    const edited = await index.run();
    expect([edited.work.changed, edited.digest === expected]).toEqual([1, false]);
    tree.write(path, before);
    const undone = await index.run();
    expect([undone.work.changed, undone.digest]).toEqual([1, expected]);
    expectSound(index);
  });

  test('after files were touched, which are read and found equal', async () => {
    const index = newIndex();
    await index.run();
    for (const name of ['shelf0/stock0.sh', 'shelf2/stock0.sh']) utimesSync(join(tree.path, name), 1e9, 1e9);
    const { work, digest } = await index.run();
    expect([work.changed, work.rehashed, digest]).toEqual([0, 2, expected]);
    expectSound(index);
  });

  test('as that of a fresh index after files were renamed, deleted and added', async () => {
    const index = newIndex();
    await index.run();
    renameSync(join(tree.path, 'shelf0'), join(tree.path, 'cellar'));
    rmSync(join(tree.path, 'shelf1'), { recursive: true });
    tree.write('shelf2/pear.py', 'def peel(pear):\n    return pear.flesh\n');
    const [updated, fresh] = [await index.run(), await newIndex().run()];
    expect(updated.digest).toBe(fresh.digest);
    expect(updated.digest).not.toBe(expected);
    expectSound(index);
  });

  test('after a run that was interrupted again and again, and no run does again what was committed', async () => {
    const index = newIndex();
    let runs = 0;
    let filesBefore = 0;
    let added = 0;
    for (;;) {
      const controller = new AbortController();
      const summary = await indexDirectory(tree.path, {
        settings: { indexDir: index.dir, workers: 2 },
        signal: controller.signal,
        onEvent: ({ event }) => {
          if (event === 'segment-committed' && runs < 4) controller.abort();
        },
      });
      runs++;
      expect(summary.work.unchanged).toBe(filesBefore);
      filesBefore = summary.files;
      added += summary.work.added;
      expect(added).toBe(summary.files);
      if (summary.outcome === 'complete') {
        expect(summary.digest).toBe(expected);
        break;
      }
    }
    expect(runs).toBeGreaterThan(1);
    expectSound(index);
  });
});

describe('a run that is told to stop before it begins', () => {
  test('leaves a place where the next one goes on', async () => {
    const index = newIndex();
    const stopped = await index.run({}, AbortSignal.abort());
    expect([stopped.outcome, stopped.files]).toEqual(['interrupted', 0]);
    expect(existsSync(join(index.dir, 'index.db'))).toBe(true);
    expect((await index.run()).digest).toBe(expected);
  });
});
