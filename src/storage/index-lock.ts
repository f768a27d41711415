import { hostname } from 'node:os';
import { join } from 'node:path';
import { lstatSync, readFileSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { errors } from '../shared/errors.js';
import { createPrivateFile } from './private-file.js';
import { SQLITE, SqliteDatabase, sqliteCode } from './sqlite-database.js';

const LOCK_DATABASE = 'lock.db';
const LOCK_NOTE = 'lock.json';

/** Names in the index directory that belong to the lock. */
export const LOCK_FILES: readonly string[] = [LOCK_DATABASE, `${LOCK_DATABASE}-journal`, LOCK_NOTE, `${LOCK_NOTE}.new`];

/** Who writes the index; a note for people, the lock itself does not depend on it. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
  readonly command: string;
}

/**
 * The right to write an index, held by one process at a time: an exclusive SQLite transaction on an empty database of
 * its own. The operating system lets go of it when the holder dies, however it dies, so a dead holder blocks nobody.
 *
 * Never open `lock.db` or `index.db` with `node:fs`: closing any descriptor of a file drops all POSIX locks that the
 * process has on it.
 */
export class IndexLock {
  private constructor(
    private readonly indexDir: string,
    private readonly database: SqliteDatabase,
  ) {}

  /** Takes the lock at once or throws `index-locked` saying who has it. The directory must exist. */
  static acquire(indexDir: string, command: string): IndexLock {
    const path = join(indexDir, LOCK_DATABASE);
    for (;;) {
      removeForeignLock(path);
      createPrivateFile(path);
      const before = inode(path);
      const database = SqliteDatabase.open(path, 'write', 0);
      try {
        database.exec('BEGIN EXCLUSIVE');
      } catch (error) {
        database.close();
        if (sqliteCode(error) === SQLITE.busy) throw errors.indexLocked(indexDir, describe(readNote(indexDir)));
        if (sqliteCode(error) !== SQLITE.notadb) throw error;
        // Somebody wrote into the lock file, which is empty by nature; what SQLite cannot open nobody has locked.
        rmSync(path, { force: true });
        continue;
      }
      // Another process may have deleted the file between our opening and locking it: then the lock is on nothing.
      if (before !== undefined && before === inode(path)) {
        const lock = new IndexLock(indexDir, database);
        lock.writeNote(command);
        return lock;
      }
      database.close();
    }
  }

  release(): void {
    rmSync(join(this.indexDir, LOCK_NOTE), { force: true });
    this.database.close();
  }

  /** Releases the lock and deletes its files. */
  releaseAndDelete(): void {
    const path = join(this.indexDir, LOCK_DATABASE);
    rmSync(join(this.indexDir, LOCK_NOTE), { force: true });
    try {
      // While it is held: nobody can have locked the file that disappears.
      unlinkSync(path);
      this.database.close();
    } catch {
      // Windows deletes no open file, neither ours now nor that of a new holder below.
      this.database.close();
      rmSync(path, { force: true });
    }
  }

  private writeNote(command: string): void {
    const note: LockHolder = { pid: process.pid, host: hostname(), since: new Date().toISOString(), command };
    const path = join(this.indexDir, LOCK_NOTE);
    try {
      // Anew each time: a link under this name would lead the note into any file of the user.
      rmSync(`${path}.new`, { force: true });
      writeFileSync(`${path}.new`, JSON.stringify(note), { flag: 'wx', mode: 0o600 });
      renameSync(`${path}.new`, path);
    } catch (error) {
      this.database.close();
      throw error;
    }
  }
}

/** Who is writing the index now; undefined when nobody is. Asks the lock, not the note. */
export function lockHolder(indexDir: string): LockHolder | undefined {
  let database: SqliteDatabase | undefined;
  try {
    database = SqliteDatabase.open(join(indexDir, LOCK_DATABASE), 'read', 0);
    database.exec('SELECT count(*) FROM sqlite_schema');
    return undefined;
  } catch (error) {
    return sqliteCode(error) === SQLITE.busy ? (readNote(indexDir) ?? UNKNOWN_HOLDER) : undefined;
  } finally {
    database?.close();
  }
}

/** Of each part of a note, which anybody may have written. */
const MAX_NOTE_CHARACTERS = 200;

const UNKNOWN_HOLDER: LockHolder = { pid: 0, host: '', since: '', command: '' };

/**
 * Takes away what cannot be our lock: it is an empty file and has no journal. A link would lead SQLite to another file, and a
 * journal would be played back into it.
 */
function removeForeignLock(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isSymbolicLink() || (stat?.isFile() && stat.size > 0)) rmSync(path, { force: true });
  rmSync(`${path}-journal`, { force: true });
}

function inode(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}

function readNote(indexDir: string): LockHolder | undefined {
  try {
    const path = join(indexDir, LOCK_NOTE);
    if (!lstatSync(path).isFile()) return undefined;
    const note = JSON.parse(readFileSync(path, 'utf8')) as Partial<Record<keyof LockHolder, unknown>> | null;
    if (typeof note?.pid !== 'number') return undefined;
    const word = (value: unknown) => (typeof value === 'string' ? value.slice(0, MAX_NOTE_CHARACTERS) : '');
    return { pid: note.pid, host: word(note.host), since: word(note.since), command: word(note.command) };
  } catch {
    // The holder is just writing its note, or did not come so far.
    return undefined;
  }
}

function describe(holder: LockHolder | undefined): string {
  if (holder === undefined) return 'a process that has only just begun';
  const place = holder.host === hostname() ? '' : ` on \`${holder.host}\``;
  const who = holder.pid === process.pid && place === '' ? 'this process' : `process ${holder.pid}${place}`;
  return `${who} (\`${holder.command}\`), since ${holder.since}`;
}
