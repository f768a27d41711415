import { chmodSync, constants, copyFileSync, rmSync, statSync } from 'node:fs';
import { createPrivateFile } from './private-file.js';
import { openForeign } from './sqlite-adoption.js';
import { SIDE_FILES, databasePath, findIndex, logBytes } from './sqlite-connection.js';
import { SqliteDatabase } from './sqlite-database.js';
import type { SqliteReader } from './sqlite-reader.js';
import { FORMAT_VERSION } from './sqlite-schema.js';
import { FORGET_TREE } from './sqlite-snapshot.js';

/** Where a new index may begin from, instead of from nothing. */
export interface CopySources {
  /** Index directories of trees that are likely to hold the same files, the best first. */
  readonly indexDirs: readonly string[];
  /** An index of other settings would be built anew at once. */
  readonly fingerprint: string;
  /** What is wrong in an index, each problem as a sentence. */
  readonly problemsOf: (reader: SqliteReader) => readonly string[];
  readonly onCopied: (indexDir: string) => void;
  /** An index that could not be used although it should; not called for one that does not fit. */
  readonly onRefused: (indexDir: string, reason: string) => void;
}

/**
 * Writes a copy of the first sound index to `path`, where nothing is; true where there was one. The copy is that of an
 * unfinished run: what it says of files has to be compared with this tree first. A source may be written, damaged or
 * deleted meanwhile; it is never changed, and what fails here only means to begin from nothing.
 */
export function copyIndex(path: string, sources: CopySources): boolean {
  for (const indexDir of sources.indexDirs) {
    let reason: string | undefined;
    try {
      if (!copyDatabase(indexDir, path, sources.fingerprint)) continue;
      makeUnfinished(path);
      [reason] = checked(indexDir, path, sources.problemsOf);
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    if (reason === undefined) {
      sources.onCopied(indexDir);
      return true;
    }
    removeDatabase(path);
    sources.onRefused(indexDir, reason);
  }
  return false;
}

/** Copies one generation of a database; false where it is not one that helps. */
function copyDatabase(indexDir: string, path: string, fingerprint: string): boolean {
  if (!isOurs(databasePath(indexDir))) return false;
  const found = findIndex(indexDir);
  if (found.kind === 'corrupt') throw new Error(found.detail);
  if (found.kind !== 'sound') return false;
  const { database } = found;
  try {
    if (found.version !== FORMAT_VERSION) return false;
    const isCopied = database.readTransaction(() => {
      const [run] = database.query('fingerprint', 'FROM runs ORDER BY id DESC LIMIT 1');
      if (run?.[0] !== fingerprint) return undefined;
      // While this transaction reads from the file alone, nobody writes into it: new content goes to the log.
      if (logBytes(indexDir) > 0) return false;
      copyFileSync(databasePath(indexDir), path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      chmodSync(path, 0o600);
      return true;
    });
    // A log that somebody is writing, or has left behind: SQLite puts both together.
    if (isCopied === false) {
      createPrivateFile(path);
      // The connection cannot write its own file; this only allows it to write another.
      database.exec(`PRAGMA query_only = OFF; VACUUM INTO '${path.replaceAll("'", "''")}'`);
    }
    return isCopied !== undefined;
  } finally {
    database.close();
  }
}

/** Only what this user has built: what another one put there could say anything. */
function isOurs(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && (process.getuid === undefined || stat.uid === process.getuid());
}

/**
 * Takes from the copy what is true of the other tree only, file times included: two trees that are checked out at once have
 * files of other content with the same times. It is in WAL mode before it is the index, as a new one is: switching needs a
 * rollback journal, and one that a killed process left beside an index counts as foreign.
 */
function makeUnfinished(path: string): void {
  const database = SqliteDatabase.open(path, 'write', 0);
  try {
    database.exec(`PRAGMA journal_mode = MEMORY;
      BEGIN;
      ${FORGET_TREE};
      DELETE FROM runs WHERE id < (SELECT max(id) FROM runs);
      UPDATE runs SET outcome = 'suspended', digest = NULL, summary = NULL, trace = NULL;
      COMMIT;
      PRAGMA journal_mode = WAL`);
  } finally {
    database.close();
  }
}

function checked(indexDir: string, path: string, problemsOf: CopySources['problemsOf']): readonly string[] {
  const reader = openForeign(path, indexDir);
  try {
    return problemsOf(reader);
  } finally {
    reader.close();
  }
}

function removeDatabase(path: string): void {
  for (const suffix of ['', ...SIDE_FILES]) rmSync(path + suffix, { force: true });
}
