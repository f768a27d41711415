import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyReader } from '../../src/pipeline/verify-index.js';
import { copyIndex } from '../../src/storage/index-copy.js';
import { verifySqliteStore } from '../../src/storage/sqlite-verify.js';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { eventsOf, indexed, mindIndex, problemsOf } from '../program.js';

const FILES = 60;

let folder: TemporaryFolder;
let main: string;
let second: string;

beforeEach(() => {
  folder = temporaryFolder();
  [main, second] = [join(folder.path, 'main'), join(folder.path, 'second')];
  fillTree({ ...folder, write: (path, content) => folder.write(`main/${path}`, content) }, FILES);
  git(main, 'init', '-q', '-b', 'main');
  git(main, 'add', '-A');
  git(main, 'commit', '-qm', 'first');
});
afterEach(() => folder.remove());

function git(at: string, ...args: string[]): string {
  const who = ['-c', 'user.name=Fig', '-c', 'user.email=fig@shop.test'];
  const env = { PATH: process.env['PATH'], HOME: join(folder.path, 'home'), GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', [...who, '-C', at, ...args], { env, stdio: 'pipe' }).toString();
}

/** The digest of the second tree as it is when nothing is taken over. */
function digestAnew(): string {
  return indexed(second, ['--index-dir', join(folder.path, 'anew')]).digest;
}

describe('after a switch of branches', () => {
  test('exactly the files that differ are indexed, there and back', () => {
    const first = indexed(main);
    git(main, 'checkout', '-qb', 'harvest');
    for (const at of [1, 2, 3]) folder.write(`main/shelf0/stock${at}.ts`, `export const harvest${at} = 1;\n`);
    rmSync(join(main, 'shelf1'), { recursive: true });
    git(main, 'add', '-A');
    git(main, 'commit', '-qm', 'harvest');
    const differing = git(main, 'diff', '--name-only', 'main', 'harvest').trim().split('\n').length;
    const there = indexed(main).work;
    expect(there.added + there.changed + there.removed).toBe(differing);
    git(main, 'checkout', '-q', 'main');
    const { work, digest } = indexed(main);
    expect(work.added + work.changed + work.removed).toBe(differing);
    expect(digest).toBe(first.digest);
    expect(problemsOf(main)).toEqual([]);
  });

  test('and back before the next run nothing is', () => {
    const first = indexed(main);
    git(main, 'checkout', '-qb', 'harvest');
    folder.write('main/shelf0/stock1.c', 'int harvest;\n');
    git(main, 'commit', '-qam', 'harvest');
    git(main, 'checkout', '-q', 'main');
    const { work, digest } = indexed(main);
    expect([work.added, work.changed, work.removed, digest]).toEqual([0, 0, 0, first.digest]);
    expect(work.unchanged + work.rehashed).toBe(FILES);
  });
});

describe('a second worktree', () => {
  test('begins from the index of the first: only what differs is indexed', () => {
    indexed(main);
    git(main, 'worktree', 'add', '-q', '-b', 'harvest', second);
    folder.write('second/shelf0/harvest.ts', 'export const harvest = 1;\n');
    rmSync(join(second, 'shelf1'), { recursive: true });
    const { begunFrom, work, digest } = indexed(second);
    expect([begunFrom, work.added, work.changed, work.removed > 0]).toEqual([main, 1, 0, true]);
    expect(digest).toBe(digestAnew());
    expect(problemsOf(second)).toEqual([]);
    const said = mindIndex(['index', second, '--index-dir', join(second, 'other')]).stderr;
    expect(said).not.toContain('from the index of');
  });

  test('says so, and takes also the index of a folder below the top, or of another linked worktree', () => {
    indexed(join(main, 'shelf0'));
    git(main, 'worktree', 'add', '-q', '--detach', second);
    const { stderr } = mindIndex(['index', join(second, 'shelf0')]);
    expect(stderr).toContain(`from the index of \`${join(main, 'shelf0')}\``);
    rmSync(join(main, 'shelf0/.mind-index'), { recursive: true });
    const third = join(folder.path, 'third');
    git(main, 'worktree', 'add', '-q', '--detach', third);
    expect(indexed(join(third, 'shelf0')).begunFrom).toBe(join(second, 'shelf0'));
  });

  test('that is a clone with shared objects does the same', () => {
    indexed(main);
    git(folder.path, 'clone', '-q', '--shared', main, second);
    const { begunFrom, work } = indexed(second);
    expect([begunFrom, work.added, work.changed]).toEqual([main, 0, 0]);
  });

  test('takes one whole state of an index that is being written', () => {
    indexed(main);
    git(main, 'worktree', 'add', '-q', '--detach', second);
    const writer = new DatabaseSync(join(main, '.mind-index/index.db'));
    writer.exec(`PRAGMA wal_autocheckpoint = 0; UPDATE meta SET value = value + 1 WHERE name = 'generation';
      BEGIN IMMEDIATE; DELETE FROM files`);
    const { begunFrom, digest, work } = indexed(second);
    writer.exec('ROLLBACK');
    writer.close();
    expect([begunFrom, work.added, work.changed]).toEqual([main, 0, 0]);
    expect(digest).toBe(digestAnew());
    expect(problemsOf(second)).toEqual([]);
    expect(problemsOf(main)).toEqual([]);
  });

  test('takes nothing over that is true of the first only, and needs no rollback journal any more', () => {
    indexed(main);
    const path = join(folder.path, 'copy.db');
    const isCopied = copyIndex(path, {
      indexDirs: [join(main, '.mind-index')],
      fingerprint: fingerprintIn(join(main, '.mind-index/index.db')),
      problemsOf: (reader) => verifyReader(reader, { storeProblems: () => verifySqliteStore(reader) }).problems,
      onCopied: () => undefined,
      onRefused: (_, reason) => expect.fail(reason),
    });
    expect(isCopied).toBe(true);
    // Read and write version 2: the write-ahead log.
    expect([...readFileSync(path).subarray(18, 20)]).toEqual([2, 2]);
    expect(readdirSync(folder.path).filter((name) => name.startsWith('copy.db'))).toEqual(['copy.db']);
    const copy = new DatabaseSync(path);
    expect(copy.prepare('SELECT DISTINCT mtime_ms, ctime_ms FROM files').all()).toEqual([{ mtime_ms: 0, ctime_ms: 0 }]);
    expect(copy.prepare('SELECT outcome, digest, summary, trace FROM runs').all()).toEqual([
      { outcome: 'suspended', digest: null, summary: null, trace: null },
    ]);
    copy.close();
  });

  test.each<[string, (database: string) => void]>([
    ['cut off', (database) => writeFileSync(database, readFileSync(database).subarray(0, 60_000))],
    ['overwritten in the middle', (database) => damageSegments(database)],
    ['no database at all', (database) => writeFileSync(database, 'plums')],
  ])('is built anew, with a warning, where the index of the first is %s', (_title, damage) => {
    indexed(main);
    git(main, 'worktree', 'add', '-q', '--detach', second);
    damage(join(main, '.mind-index/index.db'));
    const { stdout, status } = mindIndex(['index', second, '--json']);
    const events = eventsOf(stdout);
    const warnings = events.flatMap((event) => (event.event === 'warning' ? [event.message] : []));
    expect([status, warnings]).toEqual([
      0,
      [expect.stringContaining(`index of the worktree \`${main}\` cannot be used`)],
    ]);
    expect(events.at(-1)).toMatchObject({ work: { added: FILES }, digest: digestAnew() });
    expect(problemsOf(second)).toEqual([]);
  });

  test.each([
    ['of other settings', ['--embedder', 'none'], []],
    ['that is not to be copied', [], ['--no-worktree-copy']],
  ])('is built anew, silently, beside an index %s', (_title, first, again) => {
    indexed(main, first);
    git(main, 'worktree', 'add', '-q', '--detach', second);
    const { stdout } = mindIndex(['index', second, '--json', ...again]);
    const events = eventsOf(stdout);
    expect(events.filter(({ event }) => event === 'warning')).toEqual([]);
    expect(events.at(-1)).not.toHaveProperty('begunFrom');
  });
});

function fingerprintIn(path: string): string {
  const database = new DatabaseSync(path, { readOnly: true });
  const { fingerprint } = database.prepare('SELECT fingerprint FROM runs').get() as { readonly fingerprint: string };
  database.close();
  return fingerprint;
}

/** Flips a byte in every page of every segment, as a failing disk might. */
function damageSegments(path: string): void {
  const database = new DatabaseSync(path);
  for (const { id, data } of database.prepare('SELECT id, data FROM segment_pages').all() as {
    id: number;
    data: Uint8Array;
  }[]) {
    const bytes = Uint8Array.from(data);
    bytes[bytes.length >> 1]! ^= 0xff;
    database.prepare('UPDATE segment_pages SET data = ? WHERE id = ?').run(bytes, id);
  }
  database.close();
}
