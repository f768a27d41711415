import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { indexed, mindIndex, type ProgramOptions } from '../program.js';

const isRoot = process.getuid?.() === 0;
const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

let folder: TemporaryFolder;

beforeEach(() => {
  folder = temporaryFolder();
  fillTree({ ...folder, write: (path, content) => folder.write(`shop/${path}`, content) }, 12);
});

afterEach(() => folder.remove());

function at(name: string): string {
  return join(folder.path, name);
}

/** What a user sees: exit code, message, hint; paths masked. */
function complaint(args: readonly string[], options: ProgramOptions = {}) {
  const { status, stderr } = mindIndex(args, { cwd: folder.path, ...options });
  const [message, ...rest] = stderr.replaceAll(folder.path, '<folder>').trimEnd().split('\n');
  return { status, message, hint: rest.at(-1) };
}

test('a status of which two things are asked at once is refused, so that no check ends with 0 that was not made', () => {
  for (const other of ['--failed', '--run', '--report=run.html']) {
    const { status, message } = complaint(['status', 'shop', '--check', other]);
    expect([status, message]).toEqual([2, expect.stringContaining('are different questions')]);
  }
});

describe('a folder that cannot be indexed', () => {
  test('because it is missing, or a file', () => {
    expect(complaint(['nowhere'])).toEqual({
      status: 2,
      message: 'error: `nowhere` does not exist',
      hint: 'hint: check the spelling of the path',
    });
    expect(complaint(['shop/shelf0/stock1.c'])).toEqual({
      status: 2,
      message: 'error: `shop/shelf0/stock1.c` is not a directory',
      hint: 'hint: name the directory that holds the file; `--include` narrows what is indexed',
    });
  });

  test.runIf(isRoot)('because the user may not read it, or not write into it', () => {
    mkdirSync(at('locked'), { mode: 0o700 });
    spawnSync('chmod', ['755', folder.path]);
    const under = [...NOBODY, 'env', `HOME=${at('home')}`];
    expect(complaint(['locked'], { under })).toEqual({
      status: 1,
      message: 'error: `locked` cannot be read: permission denied',
      hint: 'hint: run as a user who may read and enter this directory',
    });
    expect(complaint(['shop'], { under })).toEqual({
      status: 1,
      message: 'error: the index directory `<folder>/shop/.mind-index` cannot be written: permission denied',
      hint: 'hint: choose another directory with `--index-dir`, or correct its permissions',
    });
  });

  test('because nothing is in it is no failure', () => {
    mkdirSync(at('empty'));
    const { status, hint } = complaint(['empty']);
    expect([status, hint]).toEqual([0, 'hint: nothing to index here; see the skipped files above, if any']);
    expect(complaint(['search', '--root', 'empty', 'apple']).status).toBe(0);
  });
});

describe('an index that cannot be used', () => {
  const database = () => at('shop/.mind-index/index.db');

  beforeEach(() => void indexed(at('shop')));

  test('since a newer version wrote it, is left as it is', () => {
    const connection = new DatabaseSync(database());
    connection.exec('PRAGMA user_version = 99');
    connection.close();
    const expected = {
      status: 1,
      message: expect.stringMatching(
        /^error: the index in `<folder>\/shop\/.mind-index` has format 99, .* up to \d+$/,
      ) as string,
      hint: 'hint: upgrade mind-index, or build an index of your own with `--index-dir`',
    };
    for (const args of [['shop'], ['shop', '--force'], ['search', '--root', 'shop', 'apple'], ['verify', 'shop']]) {
      expect(complaint(args)).toEqual(expected);
    }
    expect(mindIndex(['status', at('shop')]).stdout).toContain('newer-version');
  });

  test.each<[string, (path: string) => void, RegExp]>([
    ['overwritten', (path) => writeFileSync(path, 'apples', { flag: 'r+' }), /file is not a database/],
    ['truncated', (path) => truncateSync(path, 9000), /malformed|truncated/],
    ['emptied', (path) => truncateSync(path, 0), /`index.db` is empty/],
  ])('since it was %s, is said to be damaged and can be built again', (_, damage, detail) => {
    const { digest } = JSON.parse(mindIndex(['status', at('shop'), '--json']).stdout) as { digest: string };
    damage(database());
    for (const args of [['shop'], ['search', '--root', 'shop', 'apple'], ['verify', 'shop']]) {
      const { status, message, hint } = complaint(args);
      expect([status, hint]).toEqual([5, expect.stringContaining('`mind-index --force`')]);
      expect(message).toMatch(/^error: the index in `<folder>\/shop\/.mind-index` is damaged: /);
      expect(message).toMatch(detail);
    }
    expect(mindIndex(['status', at('shop')]).stdout).toContain('corrupt');
    expect(indexed(at('shop'), ['--force']).digest).toBe(digest);
    expect(complaint(['verify', 'shop']).status).toBe(0);
  });

  test('since bytes in its middle changed, is found by verify and can be built again', () => {
    const bytes = readFileSync(database());
    bytes.fill(0x5a, bytes.length / 2, bytes.length / 2 + 12_000);
    writeFileSync(database(), bytes);
    const verified = mindIndex(['verify', at('shop')]);
    expect(verified.status).toBe(5);
    expect(verified.stdout + verified.stderr).not.toContain('this is a bug');
    indexed(at('shop'), ['--force']);
    expect(complaint(['verify', 'shop']).status).toBe(0);
  });

  test('since it was deleted, says how to build one', () => {
    rmSync(at('shop/.mind-index'), { recursive: true });
    expect(complaint(['search', '--root', 'shop', 'apple'])).toMatchObject({
      status: 1,
      hint: expect.stringContaining('run `mind-index` there') as string,
    });
  });
});

describe('an index directory that cannot be used', () => {
  test('since it is a file, or holds the files of others', () => {
    expect(complaint(['shop', '--index-dir', 'shop/shelf0/stock1.c'])).toEqual({
      status: 1,
      message: expect.stringContaining('cannot be written: a file stands where a directory is needed') as string,
      hint: 'hint: choose another directory with `--index-dir`, or correct its permissions',
    });
    expect(complaint(['shop', '--index-dir', '.'])).toEqual({
      status: 2,
      message: 'error: `<folder>` holds files that are not of an index: `shop`',
      hint: 'hint: an index needs a directory of its own; name an empty or a new one with `--index-dir`',
    });
  });
});

/** Mounts a file system of its own at a path; false where this machine does not allow it. */
function mountTmpfs(path: string, options: string): boolean {
  mkdirSync(path, { recursive: true });
  return isRoot && spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]).status === 0;
}

describe('a disk', () => {
  test('that is full ends the run, keeps what was committed, and the next run goes on', (context) => {
    const disk = at('disk');
    if (!mountTmpfs(disk, 'size=600k')) return context.skip('file systems cannot be mounted here');
    try {
      const big = temporaryFolder();
      fillTree(big, 112, 8);
      try {
        const args = [big.path, '--index-dir', join(disk, 'index'), '--workers', '2'];
        expect(complaint(args)).toEqual({
          status: 1,
          message: 'error: no space left on the device that holds `<folder>/disk/index`',
          hint: 'hint: everything committed so far is kept: free some space and run again to continue, or use `--index-dir` on another disk',
        });
        spawnSync('mount', ['-o', 'remount,size=60m', disk]);
        const { digest } = indexed(big.path, args.slice(1));
        expect(digest).toBe(indexed(big.path, ['--index-dir', at('elsewhere')]).digest);
      } finally {
        big.remove();
      }
    } finally {
      spawnSync('umount', [disk]);
    }
  });

  test('that is read-only serves a search, and says why it takes no index', (context) => {
    const disk = at('disk');
    if (!mountTmpfs(disk, 'size=20m')) return context.skip('file systems cannot be mounted here');
    try {
      cpSync(at('shop/shelf0'), disk, { recursive: true });
      spawnSync('mount', ['-o', 'remount,ro', disk]);
      expect(complaint(['disk'])).toEqual({
        status: 1,
        message:
          'error: the index directory `<folder>/disk/.mind-index` cannot be written: its file system is read-only',
        hint: 'hint: choose another directory with `--index-dir`, or correct its permissions',
      });
      const { files } = indexed(disk, ['--index-dir', at('elsewhere')]);
      expect(files).toBe(readdirSync(disk).length);
      spawnSync('mount', ['-o', 'remount,rw', disk]);
      indexed(disk);
      spawnSync('mount', ['-o', 'remount,ro', disk]);
      const found = mindIndex(['search', '--root', disk, '--files', 'sell']);
      expect([found.status, found.stdout === '']).toEqual([0, false]);
      expect(complaint(['verify', 'disk']).status).toBe(0);
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});

describe('a setting that is not allowed', () => {
  test.each([
    [
      ['--workers', '0'],
      '`workers` (flag `--workers`) must not be `0` (string)',
      '`auto` or a whole number from 1 to 256',
    ],
    [
      ['--workers', 'abc'],
      '`workers` (flag `--workers`) must not be `abc` (string)',
      '`auto` or a whole number from 1 to 256',
    ],
    [
      ['--workers', '-1'],
      '`workers` (flag `--workers`) must not be `-1` (string)',
      '`auto` or a whole number from 1 to 256',
    ],
    [['--max-memory', '1kb'], '`maxMemory` (flag `--max-memory`) must not be `1kb` (string)', 'at least 128mb'],
    [['--max-memory', 'lots'], '`maxMemory` (flag `--max-memory`) must not be `lots` (string)', 'at least 128mb'],
    [
      ['search', '--limit', '0', 'apple'],
      '`limit` (flag `--limit`) must not be `0` (string)',
      'a whole number from 1 to 1000',
    ],
    [['--wrokers', '2'], 'unknown option `--wrokers`', 'did you mean `--workers`?'],
    [['search', '?!'], 'the query `?!` has no word to search for', 'search for words'],
  ])('%j', (args, message, hint) => {
    const said = complaint(args, { cwd: at('shop') });
    expect([said.status, said.message]).toEqual([2, `error: ${message}`]);
    expect(said.hint).toContain(hint);
  });

  test('in the config file', () => {
    folder.write('shop/mind-index.config.json', '{ "wrokers": 2 }');
    expect(complaint(['shop'])).toEqual({
      status: 2,
      message: 'error: `wrokers` (file `<folder>/shop/mind-index.config.json`) is not a setting',
      hint: 'hint: did you mean `workers`? `mind-index config` lists all settings',
    });
  });
});
