import { closeSync, openSync, readSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import { DatabaseSync } from '@photostructure/sqlite';
import { Random } from '../../../src/bench/corpus/random.js';
import {
  HEADER_BYTES,
  HEADER_CHECKSUM_OFFSET,
  SECTIONS,
  SECTION_TABLE_OFFSET,
} from '../../../src/storage/segment-format.js';
import { PAGES_PER_SEGMENT, SEGMENT_PAGE_BYTES } from '../../../src/storage/sqlite-schema.js';
import { IndexBench } from '../index-judge.js';
import type { HostileInput, HostileKind, Judge, Verdict } from '../kind.js';

/** Segments with damage behind right checksums, so that it reaches the code that reads them. */
export const segments: HostileKind = {
  name: 'segments',
  share: 12,
  generate: seeded,
  open: (folder) => open(folder, damageSegment),
};

/** Databases with rows of wrong types, foreign schemas, pages overwritten, logs, and texts that expand. */
export const databases: HostileKind = {
  name: 'databases',
  share: 10,
  generate: seeded,
  open: (folder) => open(folder, damageDatabase),
};

/** What is damaged exists only in the judging process: the input is the seed of the damage, kept as a file. */
function seeded(random: Random): HostileInput {
  const seed = random.integer(0, 2 ** 31 - 1);
  return { files: new Map([['seed', Buffer.from(String(seed))]]), how: `damage ${seed}` };
}

async function open(folder: string, damage: (bench: IndexBench, random: Random) => void): Promise<Judge> {
  const bench = await IndexBench.open(folder);
  return {
    judge: async ({ files }): Promise<Verdict> => {
      bench.restore();
      damage(bench, new Random(Number(Buffer.from(files.get('seed')!).toString())));
      return bench.exercise();
    },
  };
}

function edit(bench: IndexBench, work: (database: InstanceType<typeof DatabaseSync>) => void): void {
  const database = new DatabaseSync(bench.databasePath);
  try {
    database.exec('PRAGMA writable_schema = ON; PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF');
    work(database);
  } finally {
    database.close();
  }
}

function damageSegment(bench: IndexBench, random: Random): void {
  edit(bench, (database) => {
    const ids = database
      .prepare('SELECT id FROM segments')
      .all()
      .map((row) => Number(row['id']));
    const first = random.pick(ids) * PAGES_PER_SEGMENT;
    const pages = database
      .prepare('SELECT data FROM segment_pages WHERE id >= ? AND id < ? ORDER BY id')
      .all(first, first + PAGES_PER_SEGMENT)
      .map((row) => row['data'] as Uint8Array);
    const bytes = Buffer.concat(pages);
    for (let count = random.integer(1, 6); count > 0; count--) damageOnce(bytes, random);
    if (random.chance(0.9)) repairChecksums(bytes);
    const write = database.prepare('UPDATE segment_pages SET data = ? WHERE id = ?');
    pages.forEach((_, number) => {
      const start = number * SEGMENT_PAGE_BYTES;
      write.run(bytes.subarray(start, start + SEGMENT_PAGE_BYTES), first + number);
    });
  });
}

const NUMBERS = [0, 1, 2, 0x7f, 0x80, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/** Most of a segment is postings and vectors: so a section is chosen first, then a place in it. */
function damageOnce(bytes: Buffer, random: Random): void {
  const section = random.integer(-1, SECTIONS.length - 1);
  const entry = SECTION_TABLE_OFFSET + section * 12;
  const [offset, length] =
    section < 0 ? [0, HEADER_CHECKSUM_OFFSET] : [bytes.readUInt32LE(entry), bytes.readUInt32LE(entry + 4)];
  const at = offset + random.integer(0, Math.max(0, length - 1));
  if (at + 4 > bytes.length) return;
  if (random.chance(0.4)) bytes.writeUInt32LE(random.pick(NUMBERS), random.chance(0.7) ? at & ~3 : at);
  else if (random.chance(0.5))
    bytes.writeDoubleLE(random.pick([Infinity, NaN, -1, 1e308]), Math.min(24, bytes.length - 8));
  else bytes[at] = random.integer(0, 255);
}

function repairChecksums(bytes: Buffer): void {
  SECTIONS.forEach((_, i) => {
    const entry = SECTION_TABLE_OFFSET + i * 12;
    const offset = bytes.readUInt32LE(entry);
    bytes.writeUInt32LE(crc32(bytes.subarray(offset, offset + bytes.readUInt32LE(entry + 4))), entry + 8);
  });
  bytes.writeUInt32LE(crc32(bytes.subarray(0, HEADER_CHECKSUM_OFFSET)), HEADER_CHECKSUM_OFFSET);
  if (bytes.length < HEADER_BYTES) throw new Error('the sample segment is too short');
}

function damageDatabase(bench: IndexBench, random: Random): void {
  const choice = random.next();
  if (choice < 0.3) return overwritePages(bench.databasePath, random);
  if (choice < 0.4) return addLog(bench.databasePath, random);
  edit(bench, (database) => {
    for (let count = random.integer(1, 3); count > 0; count--) {
      try {
        database.exec(random.chance(0.35) ? random.pick(SCHEMA_EDITS) : rowEdit(random));
      } catch (error) {
        // An edit that an earlier one made impossible; the database is still another than it was.
        if (!(error instanceof Error)) throw error;
      }
    }
    if (random.chance(0.15)) bomb(database, random);
  });
}

const COLUMNS: readonly (readonly [table: string, columns: readonly string[]])[] = [
  ['files', ['path', 'size_bytes', 'mtime_ms', 'ctime_ms', 'state', 'reason', 'content_hash', 'digest', 'chunk_count']],
  ['files', ['segment_id', 'ordinal', 'text_block', 'text_offset', 'text_bytes']],
  ['segments', ['byte_length', 'file_count', 'chunk_count', 'fingerprint']],
  ['segment_pages', ['data', 'id']],
  ['text_blocks', ['byte_length', 'id']],
  ['text_block_data', ['data', 'id']],
  ['tombstones', ['segment_id', 'ordinal']],
  ['runs', ['started_at', 'fingerprint', 'embedder', 'outcome', 'finished_at', 'digest', 'summary']],
  ['meta', ['value', 'name']],
  ['sqlite_sequence', ['seq', 'name']],
];
const VALUES = [
  ...[
    'NULL',
    '0',
    '-1',
    '1',
    '3',
    '1.5',
    '9e999',
    '-9e999',
    '9223372036854775807',
    '-9223372036854775808',
    '4294967296',
  ],
  ...["''", "'x'", "'../../../../etc/passwd'", "'/etc/passwd'", "'{}'", "'[1'", "x''", "x'00ff00'", 'zeroblob(32)'],
  ...["'a' || char(0) || 'b'", "CAST(x'ff80fe' AS TEXT)", 'zeroblob(65536)', '\'{"outcome":{},"scaleEvents":[1]}\''],
  ...["char(27) || '[2J'", 'hex(zeroblob(100000))', 'rowid', '(SELECT max(id) FROM segments)'],
];

function rowEdit(random: Random): string {
  const [table, columns] = random.pick(COLUMNS);
  const column = random.pick(columns);
  const where = random.chance(0.5) ? '' : ` WHERE rowid % ${random.integer(1, 4)} = 0`;
  const kind = random.next();
  if (kind < 0.1) return `DELETE FROM ${table}${where}`;
  return `UPDATE OR IGNORE ${table} SET ${column} = ${random.pick(VALUES)}${where}`;
}

const SCHEMA_EDITS = [
  'CREATE TRIGGER t AFTER UPDATE ON meta BEGIN DELETE FROM files; END',
  'CREATE VIEW v AS SELECT * FROM files',
  'CREATE TABLE extra (a, b GENERATED ALWAYS AS (a || zeroblob(1000000000)))',
  "DROP TABLE segments; CREATE VIEW segments AS SELECT 1 AS id, 100 AS byte_length, 1 AS file_count, 1 AS chunk_count, 'x' AS fingerprint",
  'ALTER TABLE files RENAME TO files_old; CREATE VIEW files AS SELECT * FROM files_old',
  'DROP TABLE meta; CREATE TABLE meta (name, value GENERATED ALWAYS AS (1))',
  'ALTER TABLE files ADD COLUMN extra',
  'DROP INDEX files_by_place',
  'CREATE INDEX evil ON files (abs(-9223372036854775808))',
  "UPDATE sqlite_schema SET sql = 'CREATE TABLE meta (name, value)' WHERE name = 'meta'",
  "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'files') WHERE name = 'runs'",
  "UPDATE sqlite_schema SET sql = 'CREATE VIRTUAL TABLE runs USING fts5(x)' WHERE name = 'runs'",
  "DELETE FROM sqlite_schema WHERE name = 'files'",
  'PRAGMA user_version = 2147483647',
  'PRAGMA user_version = -1',
  'PRAGMA user_version = 0',
  'PRAGMA application_id = 0',
  'PRAGMA journal_mode = DELETE',
  'PRAGMA auto_vacuum = NONE; VACUUM',
];

/** A text that expands to far more than it says, or says as much. */
function bomb(database: InstanceType<typeof DatabaseSync>, random: Random): void {
  const data = deflateSync(Buffer.alloc(random.pick([1, 64]) * 2 ** 20));
  database.prepare('UPDATE text_block_data SET data = ?').run(data);
  database.prepare('UPDATE text_blocks SET byte_length = ?').run(random.pick([100, 2 ** 20, 64 * 2 ** 20, 2 ** 31]));
}

function overwritePages(path: string, random: Random): void {
  const file = openSync(path, 'r+');
  try {
    const { size } = statSync(path);
    for (let count = random.integer(1, 12); count > 0; count--) {
      const page = random.chance(0.4) ? 0 : random.integer(0, size / 16384 - 1);
      // Headers of pages and their cell pointers do more than their content.
      const at = page * 16384 + (random.chance(0.6) ? random.integer(0, 120) : random.integer(0, 16383));
      const length = random.pick([1, 1, 2, 4, 64]);
      writeSync(file, Buffer.from(Array.from({ length }, () => random.integer(0, 255))), 0, length, at);
    }
  } finally {
    closeSync(file);
  }
}

/** A write-ahead log of this very database, damaged. */
function addLog(path: string, random: Random): void {
  const database = new DatabaseSync(path);
  database.exec(
    "PRAGMA wal_autocheckpoint = 0; UPDATE files SET reason = reason || 'x'; UPDATE meta SET value = value + 1",
  );
  const wal = openSync(`${path}-wal`, 'r');
  const bytes = Buffer.alloc(statSync(`${path}-wal`).size);
  readSync(wal, bytes, 0, bytes.length, 0);
  closeSync(wal);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  for (let count = random.integer(0, 8); count > 0 && bytes.length > 0; count--) {
    bytes[random.chance(0.5) ? random.integer(0, 56) : random.integer(0, bytes.length - 1)] = random.integer(0, 255);
  }
  writeFileSync(`${path}-wal`, bytes.subarray(0, random.chance(0.5) ? bytes.length : random.integer(0, bytes.length)));
}
