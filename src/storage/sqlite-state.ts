import { statSync } from 'node:fs';
import type { IndexState } from './store.js';
import { databasePath, isDamage, openForReading, soundness, storeFailure } from './sqlite-connection.js';
import type { SqliteDatabase } from './sqlite-database.js';

/**
 * The state of an index directory, in words. `fingerprint` is that of the settings in force. Throws only where the
 * state cannot be known: the directory may not be entered, or another program keeps the database locked.
 */
export function indexState(indexDir: string, current: { readonly fingerprint: string }): IndexState {
  try {
    const stat = statSync(databasePath(indexDir), { throwIfNoEntry: false });
    if (stat === undefined) return { kind: 'missing' };
    if (!stat.isFile()) return { kind: 'corrupt', detail: '`index.db` is not a file' };
    if (stat.size === 0) return { kind: 'corrupt', detail: '`index.db` is empty' };
    const database = openForReading(indexDir);
    try {
      const found = soundness(indexDir, database);
      return found.kind === 'sound' ? runState(database, current.fingerprint) : found;
    } finally {
      database.close();
    }
  } catch (error) {
    if (isDamage(error)) return { kind: 'corrupt', detail: (error as Error).message };
    throw storeFailure(indexDir, error, 'read');
  }
}

function runState(database: SqliteDatabase, current: string): IndexState {
  const run = database
    .statement('SELECT started_at, finished_at, outcome, fingerprint FROM runs ORDER BY id DESC LIMIT 1')
    .get();
  if (run === undefined) {
    const created = database.statement("SELECT value FROM meta WHERE name = 'created_at'").get();
    return { kind: 'building', startedAt: String(created?.['value'] ?? '') };
  }
  const stored = String(run['fingerprint']);
  if (stored !== current) return { kind: 'stale-settings', stored, current };
  return run['outcome'] === 'complete'
    ? { kind: 'ready', finishedAt: String(run['finished_at']) }
    : { kind: 'building', startedAt: String(run['started_at']) };
}
