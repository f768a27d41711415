import { existsSync, lstatSync, statfsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MindIndexError, errors, isSystemError } from '../shared/errors.js';
import {
  APPLICATION_ID,
  DATABASE_PAGE_BYTES,
  FORMAT_VERSION,
  SCHEMA_DIGESTS,
  TABLES,
  formatVersion,
  schemaDigest,
} from './sqlite-schema.js';
import { SQLITE, SqliteDatabase, sqliteCode } from './sqlite-database.js';
import { DamagedRowError } from './sqlite-values.js';
import { DamagedTextError } from './text-blocks.js';

/** Name of the database in the index directory. */
export const DATABASE_FILE = 'index.db';

/** Names that SQLite puts beside a database. */
export const SIDE_FILES = ['-wal', '-shm', '-journal'] as const;

/** How long a connection waits for another program before it gives up; our own readers and writer never wait. */
export const BUSY_TIMEOUT_MS = 5_000;

/** The write-ahead log is copied back when it has this many database pages (8 MiB): bounds the time of one commit. */
const CHECKPOINT_PAGES = 512;

/** A log that outgrew this while readers held it is cut back to it. */
const LOG_KEEP_BYTES = 16 * 1024 * 1024;

/** Path of the database file, absolute: SQLite gives a meaning to names such as `:memory:` and `file:x`. */
export function databasePath(indexDir: string): string {
  return join(resolve(indexDir), DATABASE_FILE);
}

/** Opens an existing database for the one writer. */
export function openForWriting(indexDir: string): SqliteDatabase {
  return opened(SqliteDatabase.open(databasePath(indexDir), 'write', BUSY_TIMEOUT_MS), (database) => {
    // NORMAL syncs at checkpoints only: a killed process loses nothing, a power failure at most the newest commits,
    // which the next run does again; neither damages the database.
    database.exec(`PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA cache_size = -8192;
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
      PRAGMA journal_size_limit = ${LOG_KEEP_BYTES}`);
  });
}

/** Opens a database for reading, also on a read-only file system if its writer had closed it. */
function openForReading(indexDir: string): SqliteDatabase {
  const path = databasePath(indexDir);
  try {
    return openReader(path, false);
  } catch (error) {
    const code = sqliteCode(error);
    const refused = code === SQLITE.cantopen || code === SQLITE.readonly || code === SQLITE.perm;
    // Beside an unread log the database alone would be an older state, or half of one.
    if (!refused || !existsSync(path) || logBytes(indexDir) > 0) throw error;
    return openReader(path, true);
  }
}

function openReader(path: string, immutable: boolean): SqliteDatabase {
  return opened(SqliteDatabase.open(path, immutable ? 'immutable' : 'read', BUSY_TIMEOUT_MS), (database) => {
    database.exec('PRAGMA cache_size = -2048; PRAGMA query_only = ON');
    database.exec('SELECT count(*) FROM sqlite_schema');
  });
}

function opened(database: SqliteDatabase, prepare: (database: SqliteDatabase) => void): SqliteDatabase {
  try {
    prepare(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Size of the write-ahead log in bytes; 0 when there is none. */
export function logBytes(indexDir: string): number {
  return statSync(`${databasePath(indexDir)}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

/** What an index is to this program; the receiver of a sound one closes its database. */
export type FoundIndex =
  | { readonly kind: 'missing' }
  | { readonly kind: 'sound'; readonly version: number; readonly database: SqliteDatabase }
  | { readonly kind: 'newer-version'; readonly found: number; readonly supported: number }
  | { readonly kind: 'corrupt'; readonly detail: string };

/** Looks through a read-only connection, so that a newer or a damaged index stays as it is. */
export function findIndex(indexDir: string): FoundIndex {
  const stat = statSync(databasePath(indexDir), { throwIfNoEntry: false });
  if (stat === undefined) return { kind: 'missing' };
  if (!stat.isFile()) return { kind: 'corrupt', detail: '`index.db` is not a file' };
  if (stat.size === 0) return { kind: 'corrupt', detail: '`index.db` is empty' };
  const foreign = foreignSideFile(indexDir);
  if (foreign !== undefined) return { kind: 'corrupt', detail: foreign };
  let database: SqliteDatabase | undefined;
  let found: FoundIndex | undefined;
  try {
    database = openForReading(indexDir);
    found = examine(indexDir, database);
    return found;
  } catch (error) {
    if (isDamage(error)) return { kind: 'corrupt', detail: (error as Error).message };
    throw error;
  } finally {
    if (found?.kind !== 'sound') database?.close();
  }
}

/**
 * What lies in the place of one of the database's files and must not be shown to SQLite; undefined where all is well. A link
 * would let it write to any file of the user. A rollback journal is never ours, since the database is in WAL mode from its
 * first moment; SQLite would play a foreign one back, and delete the file that the journal names as its master.
 */
function foreignSideFile(indexDir: string): string | undefined {
  const path = databasePath(indexDir);
  for (const suffix of ['', ...SIDE_FILES]) {
    const stat = lstatSync(path + suffix, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    if (!stat.isFile()) return `\`${DATABASE_FILE}${suffix}\` is not a file`;
    if (suffix === '-journal') return `beside it lies \`${DATABASE_FILE}${suffix}\`, which no mind-index has written`;
  }
  return undefined;
}

/** Looks at what costs nothing: identity, format, length, tables. `verify` looks at the rest. */
function examine(indexDir: string, database: SqliteDatabase): FoundIndex {
  if (database.pragma('application_id') !== APPLICATION_ID) {
    return { kind: 'corrupt', detail: '`index.db` is not a database of mind-index' };
  }
  const version = formatVersion(database);
  if (version > FORMAT_VERSION) return { kind: 'newer-version', found: version, supported: FORMAT_VERSION };
  const expected = database.pragma('page_count') * database.pragma('page_size');
  const { size } = statSync(databasePath(indexDir));
  if (size < expected && logBytes(indexDir) === 0) {
    return { kind: 'corrupt', detail: `\`index.db\` is truncated: ${size} of ${expected} bytes are left` };
  }
  if (schemaDigest(database) !== SCHEMA_DIGESTS[version - 1]) {
    const tables = new Set(database.query('name', "FROM sqlite_schema WHERE type = 'table'").map(([name]) => name));
    const lost = TABLES.filter((table) => !tables.has(table));
    const what =
      lost.length > 0 ? `the table \`${lost.join('`, `')}\` is missing` : 'its tables are not those of an index';
    return { kind: 'corrupt', detail: what };
  }
  return { kind: 'sound', version, database };
}

/** Opens an index for reading, or throws the error that says why it cannot be used. */
export function openSound(indexDir: string): { readonly version: number; readonly database: SqliteDatabase } {
  const found = findIndex(indexDir);
  switch (found.kind) {
    case 'sound':
      return found;
    case 'missing':
      throw errors.indexMissing(indexDir);
    case 'corrupt':
      throw errors.indexCorrupt(indexDir, found.detail);
    case 'newer-version':
      throw errors.indexNewerVersion(indexDir, found.found, found.supported);
  }
}

/**
 * Codes by which SQLite says that the file is no database, a damaged one, or one that holds what this program never writes: its
 * statements are right for every sound index.
 */
const DAMAGE: ReadonlySet<number | undefined> = new Set([
  ...[SQLITE.corrupt, SQLITE.notadb, SQLITE.error, SQLITE.toobig, SQLITE.constraint, SQLITE.mismatch],
]);

/** True for errors that only a damaged or forged index causes. */
export function isDamage(error: unknown): boolean {
  return error instanceof DamagedTextError || error instanceof DamagedRowError || DAMAGE.has(sqliteCode(error));
}

const FULL = new Set(['ENOSPC', 'EDQUOT']);
const DENIALS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'its file system is read-only'],
  ['ENOTDIR', 'a file stands where a directory is needed'],
  ['EEXIST', 'a file stands where a directory is needed'],
  ['ENOENT', 'it was deleted meanwhile'],
]);

/** Turns errors of SQLite and of the file system into errors for people; passes every other error on. */
export function storeFailure(indexDir: string, error: unknown, access: 'read' | 'write'): unknown {
  if (error instanceof MindIndexError || !(error instanceof Error)) return error;
  if (isDamage(error)) return errors.indexCorrupt(indexDir, error.message, error);
  const denied = access === 'write' ? errors.indexNotWritable : errors.indexNotReadable;
  switch (sqliteCode(error)) {
    case SQLITE.full:
      return errors.diskFull(indexDir, error);
    case SQLITE.perm:
    case SQLITE.readonly:
    case SQLITE.cantopen:
      return denied(indexDir, error.message, error);
    case SQLITE.busy:
    case SQLITE.locked:
      return errors.indexBusy(indexDir, error);
    case SQLITE.ioerr:
      // SQLite says so too where a file that it maps cannot grow.
      return isFull(indexDir) ? errors.diskFull(indexDir, error) : errors.indexIo(indexDir, error.message, error);
    case undefined:
    default:
      break;
  }
  const code = isSystemError(error) ? (error.code ?? '') : '';
  if (FULL.has(code)) return errors.diskFull(indexDir, error);
  if (code === 'EIO') return errors.indexIo(indexDir, error.message, error);
  const reason = DENIALS.get(code);
  return reason === undefined ? error : denied(indexDir, reason, error);
}

/** Whether not even one page more fits. */
function isFull(indexDir: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(indexDir);
    return bavail * bsize < DATABASE_PAGE_BYTES;
  } catch {
    return false;
  }
}
