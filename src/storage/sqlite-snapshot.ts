import { createPrivateFile } from './private-file.js';
import { openSound, storeFailure } from './sqlite-connection.js';
import { SqliteDatabase } from './sqlite-database.js';

/**
 * Writes the newest generation of an index into the new file `target`, whatever a run commits meanwhile. Free pages are left
 * out, and with them what was deleted. One connection and its small cache are all the memory it takes.
 */
export function snapshotIndex(indexDir: string, target: string): void {
  try {
    const { database } = openSound(indexDir);
    try {
      createPrivateFile(target);
      // Only says that nothing may be written at all; the connection cannot write into the index either way.
      database.exec('PRAGMA query_only = OFF');
      database.exec(`VACUUM INTO '${target.replaceAll("'", "''")}'`);
    } finally {
      database.close();
    }
  } catch (error) {
    throw storeFailure(indexDir, error, 'read');
  }
}

/**
 * Takes out of a snapshot what belongs to the machine that made it: file times, what is known of its tree, and all runs but the
 * last, of which only what the index is made with and how it ended stays: summaries name folders. What is taken out is
 * overwritten, not only freed.
 */
export function forgetMachine(path: string): void {
  const columns = 'id, started_at, fingerprint, embedder, outcome, finished_at, digest';
  const database = SqliteDatabase.open(path, 'write', 0);
  try {
    database.exec(`PRAGMA secure_delete = ON; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;
      ${FORGET_TREE};
      CREATE TEMP TABLE last_run AS SELECT ${columns} FROM runs ORDER BY id DESC LIMIT 1;
      DELETE FROM runs;
      INSERT INTO runs (${columns}) SELECT ${columns} FROM last_run`);
  } finally {
    database.close();
  }
}

/**
 * Statements that forget what an index knows of one tree on one disk. No file has such times: every file is compared by
 * content once (read, or asked of git), and keeps its row where that is the same.
 */
export const FORGET_TREE = `UPDATE files SET mtime_ms = 0, ctime_ms = 0;
  DELETE FROM meta WHERE name NOT IN ('generation', 'created_at', 'content_settings')`;
