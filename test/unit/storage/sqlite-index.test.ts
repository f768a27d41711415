import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MindIndexError } from '../../../src/shared/errors.js';
import { createIndexDirectory, indexBytes, removeIndex } from '../../../src/storage/index-directory.js';
import { lockHolder } from '../../../src/storage/index-lock.js';
import { mergeSegments } from '../../../src/storage/segment-merge.js';
import { logBytes } from '../../../src/storage/sqlite-connection.js';
import { SqliteDatabase } from '../../../src/storage/sqlite-database.js';
import { openSqliteReader } from '../../../src/storage/sqlite-reader.js';
import {
  FORMAT_VERSION,
  MIGRATIONS,
  SCHEMA_DIGESTS,
  formatVersion,
  migrate,
  schemaDigest,
} from '../../../src/storage/sqlite-schema.js';
import { indexState } from '../../../src/storage/sqlite-state.js';
import { verifySqliteStore } from '../../../src/storage/sqlite-verify.js';
import { openSqliteWriter } from '../../../src/storage/sqlite-writer.js';
import type { StoreWriter } from '../../../src/storage/store.js';
import { FINISHED_AT, MERGE_ALL, RUN, STARTED_AT, commitOf, skipped, textOf } from '../../contract/store-samples.js';

const APPLE = { path: 'src/apple.ts', version: 'apple-1' };

let parent: string;
let indexDir: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'fruit-index-'));
  indexDir = join(parent, '.mind-index');
});
afterEach(() => rmSync(parent, { recursive: true }));

const file = (name: string) => join(indexDir, name);
const state = () => indexState(indexDir, RUN);
const open = (command = 'mind-index') => openSqliteWriter({ indexDir, command, mergeSegments });

async function write(work: (writer: StoreWriter) => Promise<void>): Promise<void> {
  const writer = await open();
  try {
    await work(writer);
  } finally {
    await writer.close();
  }
}

const build = () =>
  write(async (writer) => {
    await writer.beginRun(RUN);
    await writer.commit(commitOf([APPLE], { unindexed: [skipped('logo.png')] }));
    await writer.finishRun({ finishedAt: FINISHED_AT, digest: 'd', summary: '{}' });
  });

function edit(sql: string): void {
  const database = SqliteDatabase.open(file('index.db'), 'write', 0);
  database.exec(sql);
  database.close();
}

function problems(): string[] {
  const reader = openSqliteReader(indexDir);
  try {
    return verifySqliteStore(reader);
  } finally {
    reader.close();
  }
}

async function failure(work: () => unknown): Promise<MindIndexError> {
  try {
    await work();
  } catch (error) {
    expect(error).toBeInstanceOf(MindIndexError);
    return error as MindIndexError;
  }
  return expect.fail('nothing was thrown');
}

describe('the state of an index', () => {
  it('is missing before the first run', () => {
    expect(state()).toEqual({ kind: 'missing' });
    mkdirSync(indexDir);
    expect(state()).toEqual({ kind: 'missing' });
  });

  it('is building from the first moment until a run is complete, whether interrupted or not', async () => {
    await write(async () => {});
    expect(state()).toMatchObject({ kind: 'building', startedAt: expect.stringMatching(/^\d{4}-.*Z$/) });
    await write(async (writer) => {
      await writer.beginRun(RUN);
      expect(state()).toEqual({ kind: 'building', startedAt: STARTED_AT });
      await writer.suspendRun({ finishedAt: FINISHED_AT, summary: '{}' });
    });
    expect(state()).toEqual({ kind: 'building', startedAt: STARTED_AT });
  });

  it('is ready after a complete run', async () => {
    await build();
    expect(state()).toEqual({ kind: 'ready', finishedAt: FINISHED_AT });
    expect(problems()).toEqual([]);
  });

  it('is stale under other settings', async () => {
    await build();
    const changed = indexState(indexDir, { fingerprint: 'apples-v2' });
    expect(changed).toEqual({ kind: 'stale-settings', stored: 'apples-v1', current: 'apples-v2' });
  });

  it('is newer-version for an index of the future, which nobody touches', async () => {
    await build();
    edit(`PRAGMA user_version = ${FORMAT_VERSION + 1}`);
    const before = readFileSync(file('index.db'));
    expect(state()).toEqual({ kind: 'newer-version', found: FORMAT_VERSION + 1, supported: FORMAT_VERSION });
    expect(await failure(open)).toMatchObject({ code: 'index-newer-version', exitCode: 1 });
    expect(await failure(() => openSqliteReader(indexDir))).toMatchObject({ code: 'index-newer-version' });
    expect(readFileSync(file('index.db')).equals(before)).toBe(true);
    expect(lockHolder(indexDir)).toBeUndefined();
  });

  const damages: [string, RegExp, () => void][] = [
    ['text instead of a database', /not a database/, () => writeFileSync(file('index.db'), 'fruit '.repeat(1000))],
    ['an empty file', /empty|not a database/, () => truncateSync(file('index.db'))],
    ['a truncated file', /truncated|malformed/, () => truncateSync(file('index.db'), 40_000)],
    ['half a header', /not a database|malformed/, () => truncateSync(file('index.db'), 50)],
    ['a missing table', /`segments` is missing/, () => edit('DROP TABLE segments')],
    ['the database of another program', /not a database of mind-index/, () => edit('PRAGMA application_id = 7')],
    [
      'a directory in its place',
      /not a file|unable to open/,
      () => {
        rmSync(file('index.db'));
        mkdirSync(file('index.db'));
      },
    ],
  ];
  for (const [name, detail, damage] of damages) {
    it(`is corrupt with ${name}, and can be cleaned away`, async () => {
      await build();
      damage();
      expect(state()).toEqual({ kind: 'corrupt', detail: expect.stringMatching(detail) });
      const refusal = await failure(open);
      expect(refusal).toMatchObject({ code: 'index-corrupt', exitCode: 5, hint: expect.stringMatching(/--force/) });
      expect(await failure(() => openSqliteReader(indexDir))).toMatchObject({ code: 'index-corrupt' });
      removeIndex(indexDir);
      expect(state()).toEqual({ kind: 'missing' });
    });
  }
});

describe('an index directory', () => {
  it.each([0, 0o077, 0o277])('is readable by its owner only and invisible to git, under umask %i', async (umask) => {
    const before = process.umask(umask);
    await write(async (writer) => {
      await writer.beginRun(RUN);
      await writer.commit(commitOf([APPLE]));
      expect(statSync(indexDir).mode & 0o777).toBe(0o700);
      expect(readFileSync(file('.gitignore'), 'utf8')).toBe('*\n');
      for (const name of readdirSync(indexDir)) expect([name, statSync(file(name)).mode & 0o177]).toEqual([name, 0]);
      expect(existsSync(file('index.db-wal'))).toBe(true);
      expect(existsSync(file('index.db-shm'))).toBe(true);
    }).finally(() => process.umask(before));
    expect(logBytes(indexDir)).toBe(0);
    expect(existsSync(file('lock.json'))).toBe(false);
  });

  it('is refused when it holds files of others', async () => {
    mkdirSync(indexDir);
    writeFileSync(file('apple.ts'), '');
    const refusal = await failure(open);
    expect(refusal).toMatchObject({ code: 'index-dir-foreign', exitCode: 2 });
    expect(refusal.message).toContain('`apple.ts`');
    expect(readdirSync(indexDir)).toEqual(['apple.ts']);
    expect(await failure(() => removeIndex(indexDir))).toMatchObject({ code: 'index-dir-foreign' });
    expect(existsSync(file('apple.ts'))).toBe(true);
  });

  it('keeps a `.gitignore` that is there', () => {
    mkdirSync(indexDir);
    writeFileSync(file('.gitignore'), '# mine\n*\n');
    createIndexDirectory(indexDir);
    expect(readFileSync(file('.gitignore'), 'utf8')).toBe('# mine\n*\n');
  });

  it('cannot be below or in place of a file', async () => {
    writeFileSync(indexDir, '');
    expect(await failure(open)).toMatchObject({ code: 'index-not-writable', exitCode: 1 });
    indexDir = join(indexDir, 'below');
    expect(await failure(open)).toMatchObject({
      code: 'index-not-writable',
      hint: expect.stringMatching(/--index-dir/),
    });
  });

  it('is removed as a whole, with the number of bytes freed', async () => {
    expect(removeIndex(indexDir)).toBe(0);
    await build();
    const bytes = indexBytes(indexDir);
    expect(bytes).toBeGreaterThan(16_384);
    expect(removeIndex(indexDir)).toBe(bytes);
    expect(existsSync(indexDir)).toBe(false);
    mkdirSync(indexDir);
    expect(removeIndex(indexDir)).toBe(0);
    expect(existsSync(indexDir)).toBe(true);
  });

  it('is not removed while it is written', async () => {
    await write(async () => {
      expect(await failure(() => removeIndex(indexDir))).toMatchObject({ code: 'index-locked' });
      expect(existsSync(file('index.db'))).toBe(true);
    });
  });

  it('starts anew when only its database was deleted, without the log of the old one', async () => {
    const writer = await open();
    await writer.beginRun(RUN);
    await writer.commit(commitOf([APPLE]));
    const log = readFileSync(file('index.db-wal'));
    await writer.close();
    rmSync(file('index.db'));
    writeFileSync(file('index.db-wal'), log);
    writeFileSync(file('index.db.new'), 'a run was killed here');
    await build();
    expect(problems()).toEqual([]);
  });

  it('may have a name that means something to SQLite', async () => {
    indexDir = join(parent, 'a?mode=memory#b%20c', 'file:塩 \n');
    await build();
    expect(state().kind).toBe('ready');
    expect(existsSync(file('index.db'))).toBe(true);
  });
});

describe('the lock of an index', () => {
  it('lets one writer in and tells the next one who has it', async () => {
    await write(async () => {
      const refusal = await failure(() => open('mind-index watch'));
      expect(refusal).toMatchObject({ code: 'index-locked', exitCode: 1 });
      expect(refusal.message).toMatch(/this process \(`mind-index`\), since \d{4}-/);
      expect(lockHolder(indexDir)).toMatchObject({ pid: process.pid, command: 'mind-index' });
      // The refused one must not have let go of the lock by closing its own descriptors.
      expect(await failure(open)).toMatchObject({ code: 'index-locked' });
    });
    expect(lockHolder(indexDir)).toBeUndefined();
    await write(async () => {});
  });

  it('can be taken although somebody wrote into its file', async () => {
    await build();
    writeFileSync(file('lock.db'), 'not what it should be '.repeat(100));
    await write(async () => {});
    writeFileSync(file('lock.db'), 'not what it should be '.repeat(100));
    expect(removeIndex(indexDir)).toBeGreaterThan(0);
  });

  it('is not needed for reading', async () => {
    await build();
    await write(async () => {
      const reader = openSqliteReader(indexDir);
      expect(reader.totals().files).toBe(1);
      reader.close();
    });
  });

  it('outlives no note: a note without a lock is only a note', async () => {
    await build();
    writeFileSync(file('lock.json'), JSON.stringify({ pid: 1, host: 'elsewhere', since: STARTED_AT, command: 'x' }));
    expect(lockHolder(indexDir)).toBeUndefined();
    await write(async () => {});
    expect(existsSync(file('lock.json'))).toBe(false);
  });
});

describe('the SQLite store', () => {
  it('shows a snapshot one generation while others are committed', async () => {
    await write(async (writer) => {
      await writer.beginRun(RUN);
      await writer.commit(commitOf([APPLE]));
      const reader = openSqliteReader(indexDir);
      let committed: Promise<unknown> = Promise.resolve();
      reader.snapshot(() => {
        const segment = reader.openSegment(1);
        // The writer works synchronously, so all of this happens within the snapshot.
        committed = Promise.all([writer.commit(commitOf([{ ...APPLE, version: 'apple-2' }])), writer.merge(MERGE_ALL)]);
        expect(reader.segments().map(({ id }) => id)).toEqual([1]);
        expect(reader.file(APPLE.path)?.segmentId).toBe(1);
        expect(segment.read(0, segment.byteLength)).toHaveLength(segment.byteLength);
      });
      await committed;
      expect(reader.segments().map(({ id }) => id)).toEqual([2]);
      reader.close();
    });
  });

  it('stays small under edits that are undone again and again', async () => {
    const files = Array.from({ length: 30 }, (_, i) => ({
      path: `src/fruit-${i}.ts`,
      version: 'apple',
      textBytes: 20_000,
    }));
    await write(async (writer) => {
      await writer.beginRun(RUN);
      await writer.commit(commitOf(files));
      await writer.finishRun({ finishedAt: FINISHED_AT, digest: 'd', summary: '{}' });
      const first = indexBytes(indexDir);
      for (let round = 0; round < 40; round++) {
        await writer.beginRun(RUN);
        const version = round % 2 === 0 ? 'pear' : 'apple';
        await writer.commit(commitOf(files.map((sample) => ({ ...sample, version }))));
        await writer.merge(MERGE_ALL);
        await writer.finishRun({ finishedAt: FINISHED_AT, digest: 'd', summary: 'x'.repeat(1000) });
      }
      expect(indexBytes(indexDir)).toBeLessThan(first * 1.5);
    });
    expect(problems()).toEqual([]);
  });

  it('stays small when every run changes one file of each block', async () => {
    const files = Array.from({ length: 300 }, (_, i) => ({ path: `${i}.ts`, version: '0', textBytes: 5_000 }));
    const policy = { ...MERGE_ALL, maxSmallSegments: 8, maxDeadShare: 0.3 };
    await write(async (writer) => {
      await writer.beginRun(RUN);
      await writer.commit(commitOf(files));
      const { from } = await writer.merge(policy);
      expect(from).toBe(1);
      const first = indexBytes(indexDir);
      for (let round = 1; round <= 60; round++) {
        const changed = files
          .filter((_, i) => (i + round) % 14 === 0)
          .map((file) => ({ ...file, version: `${round}` }));
        await writer.commit(commitOf(changed));
        await writer.merge(policy);
        expect(indexBytes(indexDir)).toBeLessThan(first * 2.2);
      }
      const reader = openSqliteReader(indexDir);
      const last = (i: number) => Array.from({ length: 60 }, (_, n) => 60 - n).find((n) => (i + n) % 14 === 0);
      files.forEach((file, i) => expect(reader.text(file.path)).toBe(textOf({ ...file, version: `${last(i)}` })));
      reader.close();
    });
    expect(problems()).toEqual([]);
  });

  it('tells its lasting size after a merge, with nothing left in the log', async () => {
    await write(async (writer) => {
      await writer.beginRun(RUN);
      const files = Array.from({ length: 50 }, (_, i) => ({ path: `${i}.ts`, version: 'ripe', textBytes: 50_000 }));
      await writer.commit(commitOf(files));
      const reader = openSqliteReader(indexDir);
      await writer.merge(MERGE_ALL);
      expect(logBytes(indexDir)).toBe(0);
      const { indexBytes: told } = reader.totals();
      reader.close();
      await writer.close();
      expect(told).toBe(statSync(file('index.db')).size);
      writer.close = async () => {};
    });
  });

  it('calls an index damaged whose text cannot be read, and still reads the rest', async () => {
    await write(async (writer) => {
      await writer.beginRun(RUN);
      await writer.commit(commitOf([APPLE]));
      await writer.commit(commitOf([{ path: 'pear.ts', version: 'pear-1' }]));
    });
    edit("UPDATE text_block_data SET data = x'789c00' WHERE id = 1");
    const reader = openSqliteReader(indexDir);
    const refusal = await failure(() => reader.text(APPLE.path));
    expect(refusal).toMatchObject({ code: 'index-corrupt', message: expect.stringMatching(/text block 1: /) });
    expect(reader.text('pear.ts')).toBe('pear-1 of pear.ts ');
    reader.close();
  });

  it('gives pages back when most of the files are gone', async () => {
    const files = Array.from({ length: 50 }, (_, i) => ({
      path: `src/fruit-${i}.ts`,
      version: 'apple',
      textBytes: 50_000,
    }));
    await write(async (writer) => {
      await writer.beginRun(RUN);
      await writer.commit(commitOf(files));
      const full = indexBytes(indexDir);
      await writer.commit(commitOf([], { removed: files.slice(1).map(({ path }) => path) }));
      await writer.merge(MERGE_ALL);
      await writer.finishRun({ finishedAt: FINISHED_AT, digest: 'd', summary: '{}' });
      expect(indexBytes(indexDir)).toBeLessThan(full / 4);
    });
    expect(problems()).toEqual([]);
  });

  it('bounds its log however much is committed in one run', { timeout: 60_000 }, async () => {
    await write(async (writer) => {
      await writer.beginRun(RUN);
      const reader = openSqliteReader(indexDir);
      for (let round = 0; round < 60; round++) {
        await writer.commit(commitOf([{ path: `fruit-${round}.ts`, version: 'apple', textBytes: 1_000_000 }]));
        reader.snapshot(() => reader.totals());
      }
      expect(statSync(file('index.db-wal')).size).toBeLessThan(20_000_000);
      reader.close();
    });
  });

  it('cuts its log back when a reader that held it has gone', { timeout: 60_000 }, async () => {
    await write(async (writer) => {
      await writer.beginRun(RUN);
      const reader = openSqliteReader(indexDir);
      const commit = (i: number) =>
        writer.commit(commitOf([{ path: `${i}.ts`, version: 'apple', textBytes: 13_000_000 }]));
      await commit(0);
      const iteration = reader.files();
      iteration.next();
      for (let i = 1; i < 8; i++) await commit(i);
      expect(logBytes(indexDir)).toBeGreaterThan(64 * 2 ** 20);
      iteration.return?.();
      await commit(8);
      await commit(9);
      expect(logBytes(indexDir)).toBeLessThan(32 * 2 ** 20);
      reader.close();
    });
  });

  it('reports a page that was overwritten on disk', async () => {
    const files = Array.from({ length: 100 }, (_, i) => ({
      path: `src/fruit-${i}.ts`,
      version: 'apple',
      textBytes: 9_000,
    }));
    await write(async (writer) => {
      await writer.beginRun(RUN);
      await writer.commit(commitOf(files));
    });
    const bytes = readFileSync(file('index.db'));
    bytes.fill(0xff, 16_384 * 4, 16_384 * 30);
    writeFileSync(file('index.db'), bytes);
    expect(problems().join('\n')).toMatch(/^database: /);
  });

  it('forgets old runs', async () => {
    await write(async (writer) => {
      for (let run = 0; run < 50; run++) await writer.beginRun(RUN);
    });
    const database = SqliteDatabase.open(file('index.db'), 'read', 0);
    expect(database.number('SELECT count(*) FROM runs')).toBeLessThanOrEqual(20);
    database.close();
  });

  it('keeps the runs of the first format, which had no traces', async () => {
    await build();
    edit('ALTER TABLE files DROP COLUMN git_oid; ALTER TABLE runs DROP COLUMN trace; PRAGMA user_version = 1');
    expect(await failure(() => openSqliteReader(indexDir))).toMatchObject({ code: 'index-older-version' });
    await write(async () => {});
    const reader = openSqliteReader(indexDir);
    expect(reader.runs()).toMatchObject([{ id: 1, outcome: 'complete', summary: '{}' }]);
    expect(reader.trace(1)).toBeUndefined();
    reader.close();
  });

  it('answers other questions while its files are being read, also after a row that cannot be', async () => {
    await write(async (writer) => {
      await writer.beginRun(RUN);
      await writer.commit(commitOf([APPLE]));
      await writer.commit(commitOf([{ path: 'pear.ts', version: 'pear-1' }]));
    });
    edit("UPDATE files SET size_bytes = 9223372036854775807 WHERE path = 'src/apple.ts'");
    const reader = openSqliteReader(indexDir);
    try {
      for (let round = 0; round < 3; round++) {
        const files = reader.files();
        expect(files.next().value?.path).toBe('pear.ts');
        expect(reader.segments()).toHaveLength(2);
        expect(() => files.next()).toThrow(expect.objectContaining({ code: 'index-corrupt' }));
        expect(reader.segments()).toHaveLength(2);
      }
    } finally {
      reader.close();
    }
    expect(state().kind).toBe('building');
  });

  it('has the schema that is expected of it, and of no other format', () => {
    const database = SqliteDatabase.open(':memory:', 'write', 0);
    expect(SCHEMA_DIGESTS).toHaveLength(MIGRATIONS.length);
    const digests = MIGRATIONS.map((_, version) => {
      migrate(database, MIGRATIONS.slice(0, version + 1));
      return schemaDigest(database);
    });
    database.close();
    // After a new migration: append its digest to `SCHEMA_DIGESTS`.
    expect(SCHEMA_DIGESTS).toEqual(digests);
  });

  it('migrates step by step and leaves the last whole step when one fails', async () => {
    await write(async () => {});
    const database = SqliteDatabase.open(file('index.db'), 'write', 0);
    const broken = [...MIGRATIONS, 'CREATE TABLE crates (id)', 'CREATE TABLE boxes (id); CREATE TABLE crates (id)'];
    expect(() => migrate(database, broken)).toThrow(/crates/);
    expect(formatVersion(database)).toBe(MIGRATIONS.length + 1);
    expect(database.number("SELECT count(*) FROM sqlite_schema WHERE name IN ('crates', 'boxes')")).toBe(1);
    database.close();
  });

  const FORGET_TEXTS = 'UPDATE files SET text_block = NULL; DELETE FROM text_blocks; DELETE FROM text_block_data';
  const wounds: [string, RegExp][] = [
    ['DELETE FROM segment_pages', /segment 1 has 0 pages/],
    ['UPDATE segment_pages SET data = substr(data, 2)', /segment 1 has 1 pages with/],
    ['UPDATE segment_pages SET id = id + 1', /segment 1 has 1 pages/],
    ['INSERT INTO tombstones VALUES (1, 0)', /alive and dead/],
    ['INSERT INTO tombstones VALUES (1, 7)', /tombstone 7 lies outside segment 1/],
    ['INSERT INTO tombstones VALUES (9, 0)', /segment 9, which does not exist/],
    ['UPDATE files SET ordinal = 5 WHERE segment_id = 1', /which has 1/],
    ['UPDATE files SET segment_id = 5 WHERE segment_id = 1', /segment 5, which does not exist/],
    [`DELETE FROM files WHERE state = 'indexed'; ${FORGET_TEXTS}`, /neither alive nor dead/],
    ["DELETE FROM files WHERE state = 'indexed'", /text block 1 holds the text of no file/],
    ['DELETE FROM text_blocks', /text block 1 has data but does not exist/],
    ['UPDATE files SET text_block = 7 WHERE text_block > 0', /text block 1 holds the text of no file/],
    ['DELETE FROM text_block_data', /the text of `src\/apple.ts` cannot be read: text block 1: it does not exist/],
    ["UPDATE text_block_data SET data = x'00'", /`src\/apple.ts` .*: text block 1: /],
    ["UPDATE text_block_data SET data = 'fruit'", /`src\/apple.ts` .*: text block 1: it does not exist/],
    ['UPDATE text_block_data SET data = substr(data, 1, 9)', /`src\/apple.ts` .*: text block 1: unexpected end/],
    [
      'UPDATE text_blocks SET byte_length = 5',
      /`src\/apple.ts` .*: text block 1: Cannot create a Buffer larger than 5/,
    ],
    ['UPDATE text_blocks SET byte_length = 500', /text block 1: it has 24 bytes instead of 500/],
    ['UPDATE text_blocks SET byte_length = 1 << 40', /text block 1: 1099511627776 is not a length of a block/],
    ['UPDATE files SET text_bytes = 25 WHERE text_block > 0', /bytes 0..25 lie outside of its 24 bytes/],
    ['UPDATE files SET text_offset = -1 WHERE text_block > 0', /`src\/apple.ts` .*: it overlaps/],
    ["UPDATE files SET text_block = 0 WHERE path = 'logo.png'", /`logo.png` is skipped but has a text/],
    ['UPDATE segments SET file_count = 1 << 40', /segment 1 has 1099511627776 files in \d+ bytes\n[^]*and \d+ more of/],
    ['UPDATE files SET text_bytes = 1 << 62 WHERE text_block > 0', /Value is too large|integer overflow/],
    ["UPDATE files SET chunk_count = 9 WHERE state = 'indexed'", /have 9 chunks, the segment has 1/],
    [`UPDATE files SET state = 'failed' WHERE state = 'indexed'; ${FORGET_TEXTS}`, /failed but has a place/],
  ];
  for (const [sql, expected] of wounds) {
    it(`notices the damage done by \`${sql}\``, async () => {
      await build();
      edit(sql);
      expect(problems().join('\n')).toMatch(expected);
    });
  }

  it('says that there is no index to read', async () => {
    expect(await failure(() => openSqliteReader(indexDir))).toMatchObject({ code: 'index-missing', exitCode: 1 });
  });
});
