import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { indexed, mindIndex, programWords } from '../program.js';

const isRoot = process.getuid?.() === 0;

let folder: TemporaryFolder;
let shop: string;

beforeEach(() => {
  folder = temporaryFolder();
  shop = join(folder.path, 'shop');
  folder.write('shop/apple.ts', 'export function sellApple(): number {\n  return 1;\n}\n');
});

afterEach(() => folder.remove());

function inIndex(name: string): string {
  return join(shop, '.mind-index', name);
}

/** The code of the error that a command ends with, or its exit code. */
function outcome(...args: string[]): string {
  const { stdout, status, signal } = mindIndex([...args, '--json']);
  const last = JSON.parse(stdout.trim().split('\n').at(-1)!) as { readonly event?: string; readonly code?: string };
  return last.event === 'error' ? last.code! : String(signal ?? status);
}

function edit(sql: string): void {
  const database = new DatabaseSync(inIndex('index.db'));
  database.exec(sql);
  database.close();
}

describe('an index directory that somebody prepared', () => {
  test('cannot make a run write through a link, whichever file it stands for', () => {
    folder.write('victim', 'mine');
    for (const name of ['lock.db', 'lock.json', 'lock.json.new', 'index.db.new', 'lock.db-journal']) {
      mkdirSync(inIndex('..') + '/.mind-index', { recursive: true });
      symlinkSync(join(folder.path, 'victim'), inIndex(name));
      expect(indexed(shop).files, name).toBe(1);
      expect(readFileSync(join(folder.path, 'victim'), 'utf8'), name).toBe('mine');
      rmSync(join(shop, '.mind-index'), { recursive: true });
    }
  });

  test('is damaged when a link or a journal stands beside its database, and `--force` takes only the link away', () => {
    folder.write('victim', 'mine');
    indexed(shop);
    for (const name of ['index.db-wal', 'index.db-shm', 'index.db-journal', 'index.db']) {
      rmSync(inIndex(name), { force: true });
      symlinkSync(join(folder.path, 'victim'), inIndex(name));
      for (const args of [
        ['search', 'apple', '--root', shop],
        ['index', shop],
      ]) {
        expect(outcome(...args), `${name} ${args[0]}`).toBe('index-corrupt');
      }
      expect(outcome('index', shop, '--force'), name).toBe('0');
      expect(readFileSync(join(folder.path, 'victim'), 'utf8'), name).toBe('mine');
    }
    writeFileSync(inIndex('index.db-journal'), Buffer.from('d9d505f920a163d7', 'hex'));
    expect(outcome('index', shop)).toBe('index-corrupt');
    expect(outcome('search', 'apple', '--root', shop)).toBe('index-corrupt');
  });

  test.each(['null', '"', '{"scope":{"include":5},"discoveryMs":1}', '{"failed":5}'])(
    'may hold anything in the place of the summary of a run: %s',
    (summary) => {
      indexed(shop);
      edit(`UPDATE runs SET summary = '${summary}'; DELETE FROM meta WHERE name = 'footprint'`);
      const { stderr, status } = mindIndex(['search', 'apple', '--root', shop]);
      expect([status, stderr]).toEqual([0, expect.not.stringContaining('refreshed')]);
      for (const flags of [[], ['--failed'], ['--run', 'list']]) {
        expect(mindIndex(['status', shop, ...flags]), flags.join(' ')).toMatchObject({ status: 0, stderr: '' });
      }
      expect(outcome('status', shop, '--run', 'last')).toBe('run-missing');
      expect(indexed(shop).work.unchanged).toBe(1);
    },
  );

  test('may not be a link that the tree brought along, unless the user names it', () => {
    mkdirSync(join(folder.path, 'elsewhere'));
    symlinkSync(join(folder.path, 'elsewhere'), join(shop, '.mind-index'));
    expect(outcome('index', shop)).toBe('index-dir-linked');
    expect(outcome('clean', shop)).toBe('index-dir-linked');
    expect(outcome('import', join(folder.path, 'any.mindx'), shop, '--no-index')).toBe('index-dir-linked');
    expect(readdirSync(join(folder.path, 'elsewhere'))).toEqual([]);
    expect(indexed(shop, ['--index-dir', join(shop, '.mind-index')]).files).toBe(1);
  });

  test('may not be led out of the tree by a config file in it, only by one that the user names', () => {
    for (const indexDir of ['../elsewhere', join(folder.path, 'elsewhere'), '.']) {
      folder.write('shop/mind-index.config.json', JSON.stringify({ indexDir }));
      expect(outcome('index', shop), indexDir).toBe('index-dir-outside');
    }
    expect(existsSync(join(folder.path, 'elsewhere'))).toBe(false);
    folder.write('mine.json', JSON.stringify({ indexDir: '../elsewhere' }));
    rmSync(join(shop, 'mind-index.config.json'));
    expect(indexed(shop, ['--config', join(folder.path, 'mine.json')]).files).toBe(1);
    expect(existsSync(join(folder.path, 'elsewhere/index.db'))).toBe(true);
  });

  test('is damaged with any other schema than its own', () => {
    for (const sql of [
      'CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM files; END',
      'CREATE VIEW v AS SELECT 1',
      'CREATE TABLE extra (a, b GENERATED ALWAYS AS (zeroblob(1000000000)))',
      'DROP INDEX files_by_place',
    ]) {
      indexed(shop, ['--force']);
      edit(sql);
      expect(outcome('search', 'apple', '--root', shop), sql).toBe('index-corrupt');
      expect(outcome('index', shop), sql).toBe('index-corrupt');
      expect(outcome('index', shop, '--force'), sql).toBe('0');
    }
  });

  test('shows nothing from outside the tree, and does not tell whether it is there', () => {
    folder.write('outside.ts', 'export const applePassword = 1;\n');
    folder.write('shop/xx_outside.ts', 'export const applePassword = 1;\n');
    folder.write('shop/link/x', '');
    indexed(shop, ['--no-store-text']);
    const [inside, leading] = ['xx_outside.ts', '../outside.ts'];
    const database = new DatabaseSync(inIndex('index.db'));
    const write = database.prepare('UPDATE segment_pages SET data = ? WHERE id = ?');
    for (const { id, data } of database.prepare('SELECT id, data FROM segment_pages').all()) {
      const bytes = Buffer.from(data as Uint8Array);
      for (let at = bytes.indexOf(inside); at >= 0; at = bytes.indexOf(inside)) bytes.write(leading, at);
      write.run(bytes, id as number);
    }
    database.prepare('UPDATE files SET path = ? WHERE path = ?').run(leading, inside);
    database.close();
    const { stdout, status } = mindIndex(['search', 'applePassword', '--root', shop, '--json', '--refresh', 'never']);
    expect(status).toBe(0);
    const { hits } = JSON.parse(stdout) as { readonly hits: readonly Record<string, unknown>[] };
    expect(hits.find(({ path }) => path === leading)).toMatchObject({ fresh: 'gone', snippet: '' });
  });

  test('has no power over the terminal through what it says of itself', () => {
    indexed(shop);
    edit("UPDATE runs SET embedder = char(27) || '[2Jx', summary = '{}', outcome = 'complete'");
    edit(
      "UPDATE files SET state = 'failed', reason = char(155) || '31m', segment_id = 0, ordinal = 0, chunk_count = 0",
    );
    for (const args of [
      ['status', shop],
      ['status', shop, '--run'],
      ['status', shop, '--json'],
      ['verify', shop],
    ]) {
      const { stdout, stderr } = mindIndex(args);
      expect(stdout + stderr, args.join(' ')).not.toMatch(/[\u001b\u009b]/);
    }
  });
});

describe('the files of an index', () => {
  test.each(['000', '022', '077', '277', '777'])('are for their owner only under umask %s', (umask) => {
    const words = programWords(['index', shop, '--index-dir', join(folder.path, 'deep/index')]);
    const env = {
      ...process.env,
      XDG_CACHE_HOME: join(folder.path, `cache-${umask}`),
      MIND_INDEX_INLINE_MAX_FILES: '0',
    };
    mkdirSync(join(folder.path, `cache-${umask}`));
    const { status, stderr } = spawnSync('sh', ['-c', `umask ${umask}; exec "$@"`, 'sh', ...words], {
      env,
      encoding: 'utf8',
    });
    expect([status, stderr.includes('error')]).toEqual([0, false]);
    const directory = join(folder.path, 'deep/index');
    const modes = readdirSync(directory).map((name) => statSync(join(directory, name)).mode & 0o777);
    expect(modes.length).toBeGreaterThan(2);
    expect(new Set(modes.map((mode) => mode & 0o177))).toEqual(new Set([0]));
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  test.runIf(isRoot)('that others may write, or that belong to others, are used with a warning', () => {
    indexed(shop);
    const warnings = () => {
      const { stdout } = mindIndex(['search', 'apple', '--root', shop, '--json']);
      return (JSON.parse(stdout) as { notices: { message: string }[] }).notices.map(({ message }) => message);
    };
    expect(warnings()).toEqual([]);
    chmodSync(join(shop, '.mind-index'), 0o777);
    expect(warnings()).toEqual([`others may write into the index directory \`${join(shop, '.mind-index')}\``]);
    chmodSync(join(shop, '.mind-index'), 0o700);
    chownSync(join(shop, '.mind-index'), 65_534, 65_534);
    expect(warnings()[0]).toMatch(/belongs to another user/);
  });
});
