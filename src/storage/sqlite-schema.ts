import { createHash } from 'node:crypto';
import type { SqliteDatabase } from './sqlite-database.js';

/** `MIDX` in ASCII: tells our databases from those of other programs. */
export const APPLICATION_ID = 0x4d494458;

/**
 * Measured on 10,000 files (40 MB of segments and texts): 16 KiB pages load in 143 ms and take 40.9 MB, 8 KiB 175 ms
 * and 42.1 MB, 4 KiB 210 ms and 45.7 MB; 32 KiB load in 127 ms but quadruple the cost of reading a segment page.
 */
export const DATABASE_PAGE_BYTES = 16 * 1024;

/** A segment is kept in rows of this many bytes, the last one shorter, so that parts of it can be read. */
export const SEGMENT_PAGE_BYTES = 64 * 1024;

/** Pages of one segment have the ids `segmentId * PAGES_PER_SEGMENT + pageNumber`: one B-tree, no second index. */
export const PAGES_PER_SEGMENT = 2 ** 20;

/**
 * Statements that bring a database from format n to n + 1, n being the place in the list. A published entry never
 * changes: a new format is a new entry.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value
  ) WITHOUT ROWID;
  INSERT INTO meta VALUES ('generation', 0), ('created_at', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));

  CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started_at TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    embedder TEXT NOT NULL,
    outcome TEXT NOT NULL DEFAULT 'running' CHECK (outcome IN ('running', 'complete', 'suspended')),
    finished_at TEXT,
    digest TEXT,
    summary TEXT
  );

  -- AUTOINCREMENT: an id is never used twice, so pages that a reader has cached stay true.
  CREATE TABLE segments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    byte_length INTEGER NOT NULL,
    file_count INTEGER NOT NULL,
    chunk_count INTEGER NOT NULL,
    fingerprint TEXT NOT NULL
  );

  CREATE TABLE segment_pages (
    id INTEGER PRIMARY KEY,
    data BLOB NOT NULL
  );

  CREATE TABLE tombstones (
    segment_id INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    PRIMARY KEY (segment_id, ordinal)
  ) WITHOUT ROWID;

  -- Paths compare as bytes of UTF-8 (BINARY): the order of the index digest.
  CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    size_bytes INTEGER NOT NULL,
    mtime_ms REAL NOT NULL,
    ctime_ms REAL NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('indexed', 'skipped', 'failed')),
    reason TEXT NOT NULL DEFAULT '',
    content_hash BLOB,
    digest BLOB,
    chunk_count INTEGER NOT NULL DEFAULT 0,
    segment_id INTEGER NOT NULL DEFAULT 0,
    ordinal INTEGER NOT NULL DEFAULT 0,
    -- NULL where no text is stored, 0 for the empty text, which is in no block.
    text_block INTEGER,
    text_offset INTEGER NOT NULL DEFAULT 0,
    text_bytes INTEGER NOT NULL DEFAULT 0
  );
  -- Two files at one place would be a lost file: the index refuses it.
  CREATE UNIQUE INDEX files_by_place ON files (segment_id, ordinal) WHERE segment_id > 0;

  -- Answers what is alive in a block without reading rows of files.
  CREATE INDEX files_by_text_block ON files (text_block, text_bytes) WHERE text_block > 0;

  -- AUTOINCREMENT: as for segments. \`byte_length\` counts bytes of text; the data are apart, so that it costs little to read.
  CREATE TABLE text_blocks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    byte_length INTEGER NOT NULL
  );

  CREATE TABLE text_block_data (
    id INTEGER PRIMARY KEY,
    data BLOB NOT NULL
  );
  `,
  `
  -- JSON: what memory and workers did over the run; NULL where nothing of it is kept.
  ALTER TABLE runs ADD COLUMN trace TEXT;
  `,
  // The id that git gives the content as a blob: with git's own index it tells that a file is unchanged without reading it.
  'ALTER TABLE files ADD COLUMN git_oid BLOB',
];

/** The format this program writes. */
export const FORMAT_VERSION = MIGRATIONS.length;

/** Tables without which a database is no index. */
export const TABLES = [
  ...['files', 'meta', 'runs', 'segment_pages', 'segments', 'text_block_data', 'text_blocks', 'tombstones'],
] as const;

/**
 * SHA-256 of the schema that each format has, from 1 on; see `schemaDigest`. A database with another schema may hold
 * triggers, views, generated columns or virtual tables, which run when they are read, or lack the constraints that are
 * relied on. A test compares this list with what the migrations make.
 */
export const SCHEMA_DIGESTS: readonly string[] = [
  '18f6b4f73046b808bd1f25a913bd8933ed4df43f136229a190cf542566346ad6',
  '24ec15db014154a004dba25942615b8939fd3ee83b5431e5e637d54c38b9ceaf',
  '7a78ad08d3674226e5b68325c57b863180ed4553bf0e6794918aaf89265c28bb',
];

/** SHA-256 in hexadecimal over everything that the schema of a database declares, by name. */
export function schemaDigest(database: SqliteDatabase): string {
  const rows = database.query('type, name, tbl_name, sql', 'FROM sqlite_schema').map((row) => row.join('\0'));
  return createHash('sha256').update(rows.sort().join('\n')).digest('hex');
}

/** The format of an open database: the number of migrations it has seen. */
export function formatVersion(database: SqliteDatabase): number {
  return database.pragma('user_version');
}

/**
 * Brings the database to the newest format, one transaction per step, so that a kill leaves a whole older format.
 * The caller holds the index lock and has refused a newer format.
 */
export function migrate(database: SqliteDatabase, migrations: readonly string[] = MIGRATIONS): void {
  for (let version = formatVersion(database); version < migrations.length; version += 1) {
    database.transaction(() => {
      database.exec(migrations[version]!);
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version + 1}`);
    });
  }
}
