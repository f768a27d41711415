import {
  chmodSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { errors, isSystemError } from '../shared/errors.js';
import { IndexLock, LOCK_FILES } from './index-lock.js';
import { createPrivateFile } from './private-file.js';
import { SqliteDatabase } from './sqlite-database.js';
import { DATABASE_FILE, SIDE_FILES, databasePath, storeFailure } from './sqlite-connection.js';
import { DATABASE_PAGE_BYTES, migrate } from './sqlite-schema.js';
import { WORK_NOTES_FILE, endWorkNotes } from './work-notes.js';

/** The database is built under this name first, so that `index.db` is never without its tables. */
export const NEW_DATABASE_FILE = 'index.db.new';
const IGNORE_FILE = '.gitignore';

const DATABASE_FILES = [DATABASE_FILE, NEW_DATABASE_FILE].flatMap((name) => [
  name,
  ...SIDE_FILES.map((suffix) => name + suffix),
]);
const OWN_FILES = new Set([...DATABASE_FILES, ...LOCK_FILES, IGNORE_FILE, WORK_NOTES_FILE]);

/** How many foreign files an error names. */
const NAMED_FILES = 3;

/**
 * Makes sure of a directory of our own: readable by its owner only, invisible to git. Refuses one that holds anything
 * else, because the `.gitignore` in it hides everything beside it.
 */
export function createIndexDirectory(indexDir: string): void {
  try {
    makeDirectory(indexDir);
    refuseForeign(indexDir);
    try {
      writeFileSync(join(indexDir, IGNORE_FILE), '*\n', { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if (!isSystemError(error) || error.code !== 'EEXIST') throw error;
    }
  } catch (error) {
    throw storeFailure(indexDir, error, 'write');
  }
}

/** On a read-only file system Node's recursive `mkdir` says that the folder is missing: the plain one says why. */
function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!isSystemError(error) || (error.code !== 'ENOENT' && error.code !== 'EEXIST')) throw error;
    // Undefined where it was there before: its rights are its owner's affair.
    if (mkdirSync(path, { recursive: true, mode: 0o700 }) === undefined) return;
  }
  // A umask may have taken even the owner's rights.
  chmodSync(path, 0o700);
}

/**
 * Creates the database if there is none. `begin` may write one to the path that it is given; where it answers false, an
 * empty one is built. The caller holds the lock.
 */
export function createDatabase(indexDir: string, begin: (path: string) => boolean = () => false): void {
  const path = databasePath(indexDir);
  const fresh = join(indexDir, NEW_DATABASE_FILE);
  // Left behind by a killed import, or by a run that was killed before there was an index.
  removeNewDatabase(indexDir);
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  // A log left behind by a deleted database would be replayed into the new one.
  for (const suffix of SIDE_FILES) rmSync(path + suffix, { force: true });
  if (!begin(fresh)) buildDatabase(fresh);
  renameSync(fresh, path);
  // SQLite synced the content. The names are ours to sync: without them a power cut could take a whole index back.
  syncDirectory(indexDir);
  syncDirectory(dirname(resolve(indexDir)));
}

function buildDatabase(path: string): void {
  createPrivateFile(path);
  const database = SqliteDatabase.open(path, 'write', 0);
  try {
    database.exec(`PRAGMA page_size = ${DATABASE_PAGE_BYTES}; PRAGMA auto_vacuum = INCREMENTAL`);
    migrate(database);
    database.exec('PRAGMA journal_mode = WAL');
  } finally {
    database.close();
  }
}

/** Makes names last that were created, renamed or removed in a directory, where the platform can. */
export function syncDirectory(path: string): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    fsyncSync(descriptor);
  } catch {
    // Windows opens no directories, some network file systems sync none, and the parent may not be ours to open.
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Removes a database that did not become the index. The caller holds the lock. */
export function removeNewDatabase(indexDir: string): void {
  for (const suffix of ['', ...SIDE_FILES]) removeFile(join(indexDir, NEW_DATABASE_FILE + suffix));
}

/** Bytes that the index takes on disk, its write-ahead log included; 0 when there is none. */
export function indexBytes(indexDir: string): number {
  let bytes = 0;
  for (const suffix of ['', '-wal']) {
    bytes += statSync(databasePath(indexDir) + suffix, { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

/**
 * Deletes an index and returns the number of bytes freed, 0 when there was none. Refuses a directory with files that
 * are not of an index, and an index that is being written.
 */
export function removeIndex(indexDir: string): number {
  try {
    const stat = statSync(indexDir, { throwIfNoEntry: false });
    if (stat === undefined) return 0;
    if (readdirSync(indexDir).every((name) => !OWN_FILES.has(name))) {
      // Nothing of ours: an empty directory is not ours to delete either.
      refuseForeign(indexDir);
      return 0;
    }
    refuseForeign(indexDir);
    const lock = IndexLock.acquire(indexDir, 'mind-index clean');
    const bytes = indexBytes(indexDir);
    try {
      for (const name of DATABASE_FILES) removeFile(join(indexDir, name));
      endWorkNotes(indexDir);
      rmSync(join(indexDir, IGNORE_FILE), { force: true });
    } catch (error) {
      lock.release();
      throw error;
    }
    lock.releaseAndDelete();
    for (const name of LOCK_FILES) rmSync(join(indexDir, name), { force: true });
    rmdirSync(indexDir);
    return bytes;
  } catch (error) {
    throw storeFailure(indexDir, error, 'write');
  }
}

/** A directory under one of our names is damage when empty and somebody's data when not: `rmdir` refuses the latter. */
function removeFile(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) rmdirSync(path);
  else rmSync(path, { force: true });
}

function refuseForeign(indexDir: string): void {
  const foreign = readdirSync(indexDir, { withFileTypes: true })
    .filter((entry) => !OWN_FILES.has(entry.name) || isFilledDirectory(join(indexDir, entry.name), entry.isDirectory()))
    .map((entry) => entry.name);
  if (foreign.length > 0) throw errors.indexDirForeign(indexDir, foreign.slice(0, NAMED_FILES));
}

function isFilledDirectory(path: string, isDirectory: boolean): boolean {
  return isDirectory && readdirSync(path).length > 0;
}
