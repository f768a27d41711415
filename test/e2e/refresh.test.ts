import { once } from 'node:events';
import { chmodSync, readdirSync, rmSync, watch } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Refreshment } from '../../src/app/searching.js';
import { openIndex } from '../built-library.js';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { indexed, mindIndex, problemsOf, startMindIndex, type ProgramOptions } from '../program.js';

const isRoot = process.getuid?.() === 0;
const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

/** A busy machine must not decide whether the tree is looked at. */
const PATIENT = { MIND_INDEX_REFRESH_CHECK_MS: '600000', MIND_INDEX_REFRESH_DEADLINE_MS: '600000' };
const NOTHING = { added: 0, changed: 0, removed: 0 };

interface Answer extends Refreshment {
  readonly hits: readonly { readonly path: string; readonly fresh: string; readonly snippet: string }[];
}

let shop: TemporaryFolder;

beforeEach(() => {
  shop = temporaryFolder();
  for (let at = 0; at < 120; at += 1) shop.write(`src/crate-${at}.ts`, `export const crate${at} = 'full of pears';\n`);
  shop.write('src/till.ts', 'export function countCoins() {\n  return 7;\n}\n');
  indexed(shop.path);
});
afterEach(() => shop.remove());

function search(query: string, args: readonly string[] = [], { env, ...options }: ProgramOptions = {}): Answer {
  const words = ['search', query, '--root', shop.path, '--json', ...args];
  const { status, stdout, stderr } = mindIndex(words, { env: { ...PATIENT, ...env }, ...options });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout) as Answer;
}

describe('a search finds at once', () => {
  test('what was just written into a file, and says so', () => {
    shop.write('src/till.ts', 'export function countBanknotes() {\n  return 7;\n}\n');
    const { hits, refreshed, behind, notices } = search('countBanknotes');
    expect(hits[0]).toMatchObject({ path: 'src/till.ts', fresh: 'fresh' });
    expect({ files: refreshed?.files, behind, notices }).toEqual({ files: 1, behind: NOTHING, notices: [] });
    expect(problemsOf(shop.path)).toEqual([]);
  });

  test('what is in a new file of a new folder, and nothing of a deleted one', () => {
    shop.write('src/garden/plum.ts', 'export const plumTree = 1;\n');
    rmSync(join(shop.path, 'src/till.ts'));
    expect(search('plumTree')).toMatchObject({ hits: [{ path: 'src/garden/plum.ts' }], refreshed: { files: 2 } });
    expect(search('countCoins').hits.map(({ path }) => path)).not.toContain('src/till.ts');
    expect(problemsOf(shop.path)).toEqual([]);
  });

  test('and does nothing where nothing changed, or where a file was only touched', () => {
    shop.write('src/till.ts', 'export function countCoins() {\n  return 7;\n}\n');
    const { refreshed, behind, notices } = search('countCoins');
    expect({ refreshed, behind, notices }).toEqual({ refreshed: undefined, behind: NOTHING, notices: [] });
  });

  test('but not what the last run was told to leave out', () => {
    indexed(shop.path, ['--exclude', 'secret*']);
    shop.write('secret-recipe.ts', 'export const marzipan = 1;\n');
    expect(search('marzipan')).toMatchObject({ behind: NOTHING });
    expect(JSON.parse(mindIndex(['status', shop.path, '--json']).stdout)).toMatchObject({ behind: NOTHING });
  });

  test('from the library, where it is asked for', async () => {
    shop.write('src/till.ts', 'export function countBanknotes() {\n  return 7;\n}\n');
    const settings = { refreshCheckMs: 600_000, refreshDeadlineMs: 600_000 };
    const index = await openIndex(shop.path, { settings, refresh: true });
    expect(index.search('countBanknotes').hits[0]).toMatchObject({ fresh: 'fresh' });
    expect(index.refreshed).toMatchObject({ files: 1 });
    index.close();
    shop.write('src/till.ts', 'export function countCheques() {\n  return 7;\n}\n');
    const asItIs = await openIndex(shop.path, { settings });
    expect(asItIs.search('countBanknotes').hits[0]).toMatchObject({ fresh: 'stale' });
    expect(asItIs.refreshed).toBeUndefined();
    asItIs.close();
  });
});

describe('a search goes on with the older index, and says so,', () => {
  const edit = (files: number) => {
    for (let at = 0; at < files; at += 1) shop.write(`src/crate-${at}.ts`, `export const quince${at} = 'ripe';\n`);
  };

  test('where many files changed; status names them', () => {
    edit(100);
    const { hits, refreshed, behind, notices } = search('crate7');
    expect(hits[0]).toMatchObject({ path: 'src/crate-7.ts', fresh: 'stale' });
    expect(refreshed).toBeUndefined();
    expect(behind).toMatchObject({ added: 0, changed: 100, removed: 0 });
    expect(notices[0]).toEqual({
      message: '100 files have changed since the index was built',
      hint: 'run `mind-index` to bring the index up to date',
    });
    const people = mindIndex(['search', 'crate7', '--root', shop.path], { env: PATIENT });
    expect(people.stderr).toContain('warning: 100 files have changed since the index was built\n');
    expect(people.stdout).toContain('stale (changed since it was indexed)');
    const status = mindIndex(['status', shop.path, '--verbose']).stdout;
    expect(status).toMatch(/behind +0 new, 100 changed, 0 deleted files, since 20/);
    expect(status).toContain('changed  src/crate-0.ts');
  });

  test('unless it is to be refreshed always', () => {
    edit(100);
    expect(search('quince7', ['--refresh', 'always'])).toMatchObject({ refreshed: { files: 100 }, behind: NOTHING });
    expect(problemsOf(shop.path)).toEqual([]);
  });

  test('where it is not to be refreshed', () => {
    edit(1);
    const { hits, behind } = search('crate0', ['--refresh', 'never']);
    expect(hits[0]).toMatchObject({ path: 'src/crate-0.ts', fresh: 'stale' });
    expect(behind).toBeUndefined();
  });

  test('where a look at the tree would take too long', () => {
    edit(1);
    const { behind, refreshed } = search('crate0', [], { env: { MIND_INDEX_REFRESH_CHECK_MS: '1' } });
    expect([behind, refreshed]).toEqual([undefined, undefined]);
  });

  test('where another run holds the index', () => {
    edit(1);
    const lock = new DatabaseSync(join(shop.path, '.mind-index/lock.db'));
    lock.exec('BEGIN EXCLUSIVE');
    const { hits, behind, notices } = search('crate0');
    lock.close();
    expect(hits[0]).toMatchObject({ path: 'src/crate-0.ts', fresh: 'stale' });
    expect(behind).toMatchObject({ changed: 1 });
    expect(notices.map(({ message }) => message)).toEqual([
      '1 file has changed since the index was built',
      expect.stringMatching(/^the index was not refreshed: .* is being written by another run/),
      expect.stringContaining('hits are from files that changed'),
    ]);
  });

  test.skipIf(!isRoot)('where it may only be read', () => {
    edit(1);
    const dir = join(shop.path, '.mind-index');
    chmodSync(shop.path, 0o755);
    chmodSync(dir, 0o555);
    for (const name of readdirSync(dir)) chmodSync(join(dir, name), 0o444);
    const { hits, notices } = search('crate0', [], { under: NOBODY });
    expect(hits[0]).toMatchObject({ path: 'src/crate-0.ts', fresh: 'stale' });
    expect(notices.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^the index was not refreshed: .* cannot be written/),
    );
  });

  test('where it was built with other settings', () => {
    edit(1);
    const { notices } = search('crate0', [], { env: { MIND_INDEX_CHUNK_MAX_LINES: '30' } });
    expect(notices[0]).toMatchObject({ message: 'the index was built with other settings' });
  });
});

test('Ctrl-C while the index is refreshed ends the search without an answer, and the index stays sound', async () => {
  fillTree(shop, 400, 6);
  const run = startMindIndex(['search', 'fruit', '--root', shop.path, '--refresh', 'always'], { env: PATIENT });
  let stdout = '';
  run.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  let isAsked = false;
  const watcher = watch(join(shop.path, '.mind-index'), (_event, name) => {
    // Once: a second Ctrl-C would not wait for a clean end.
    if (name === 'lock.json' && !isAsked) isAsked = run.kill('SIGINT');
  });
  const [code] = (await once(run, 'close')) as [number | null];
  watcher.close();
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  const notYet = problemsOf(shop.path).filter((problem) => !problem.endsWith('is in the tree but not in the index'));
  expect(notYet).toEqual([]);
  expect(search('fruit', ['--refresh', 'always']).behind).toEqual(NOTHING);
  expect(problemsOf(shop.path)).toEqual([]);
});
