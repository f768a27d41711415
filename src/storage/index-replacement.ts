import { closeSync, fsyncSync, openSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errors } from '../shared/errors.js';
import { NEW_DATABASE_FILE, createIndexDirectory, removeNewDatabase, syncDirectory } from './index-directory.js';
import { IndexLock } from './index-lock.js';
import {
  BUSY_TIMEOUT_MS,
  SIDE_FILES,
  databasePath,
  findIndex,
  isDamage,
  logBytes,
  storeFailure,
  type FoundIndex,
} from './sqlite-connection.js';
import { SqliteDatabase } from './sqlite-database.js';

/** An index that gives way to a new one. */
export interface ReplacedIndex {
  readonly state: 'sound' | 'corrupt';
  /** Null where its last run was not finished. */
  readonly digest: string | null;
}

/**
 * Puts a database that was made elsewhere in the place of an index. It holds the lock of the index from the beginning; until
 * `publish` the index in place is not touched, and whatever ends the process, either the old or the new one is there.
 */
export class IndexReplacement {
  /** Where the new database is to be made. */
  readonly path: string;

  private constructor(
    private readonly indexDir: string,
    private readonly lock: IndexLock,
    readonly replaced: ReplacedIndex | null,
  ) {
    this.path = join(indexDir, NEW_DATABASE_FILE);
  }

  static begin(indexDir: string, command: string): IndexReplacement {
    createIndexDirectory(indexDir);
    let lock: IndexLock | undefined;
    try {
      lock = IndexLock.acquire(indexDir, command);
      const found = findIndex(indexDir);
      if (found.kind === 'newer-version') throw errors.indexNewerVersion(indexDir, found.found, found.supported);
      removeNewDatabase(indexDir);
      return new IndexReplacement(indexDir, lock, replacedIndex(found));
    } catch (error) {
      lock?.release();
      throw storeFailure(indexDir, error, 'write');
    }
  }

  /** Throws `disk-full` where `bytes` more do not fit. */
  reserve(bytes: number): void {
    const { bavail, bsize } = statfsSync(this.indexDir);
    if (bytes > bavail * bsize) throw errors.diskFull(this.indexDir);
  }

  /** Makes the new database the index. Nothing may have it open. Running searches keep the old one until they end. */
  publish(): void {
    try {
      sync(this.path);
      const path = databasePath(this.indexDir);
      if (statSync(path, { throwIfNoEntry: false }) !== undefined) this.emptyLog();
      // Before, since a log of the old database must not meet the new one; after, for a reader that came in between.
      for (const suffix of SIDE_FILES) rmSync(path + suffix, { force: true });
      renameSync(this.path, path);
      for (const suffix of SIDE_FILES) rmSync(path + suffix, { force: true });
      syncDirectory(this.indexDir);
    } catch (error) {
      throw storeFailure(this.indexDir, error, 'write');
    }
  }

  /** Removes what was not published, and gives the lock back. */
  close(): void {
    try {
      removeNewDatabase(this.indexDir);
    } finally {
      this.lock.release();
    }
  }

  /** Copies what is only in the log into the database, so that the old index stays whole when its log is deleted. */
  private emptyLog(): void {
    if (logBytes(this.indexDir) === 0) return;
    let database: SqliteDatabase | undefined;
    try {
      database = SqliteDatabase.open(databasePath(this.indexDir), 'write', BUSY_TIMEOUT_MS);
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      // The log of a damaged index holds nothing that could be kept.
      if (isDamage(error)) return;
      throw error;
    } finally {
      database?.close();
    }
    if (logBytes(this.indexDir) > 0) throw errors.indexBusy(this.indexDir);
  }
}

function replacedIndex(found: FoundIndex): ReplacedIndex | null {
  if (found.kind !== 'sound') return found.kind === 'missing' ? null : { state: 'corrupt', digest: null };
  try {
    const [run] = found.database.query('digest', 'FROM runs WHERE id = (SELECT max(id) FROM runs)');
    return { state: 'sound', digest: typeof run?.[0] === 'string' ? run[0] : null };
  } finally {
    found.database.close();
  }
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
