import type { IndexState } from './store.js';
import { findIndex, isDamage, storeFailure } from './sqlite-connection.js';
import type { SqliteDatabase } from './sqlite-database.js';

/**
 * The state of an index directory, in words. `fingerprint` is that of the settings in force. Throws only where the
 * state cannot be known: the directory may not be entered, or another program keeps the database locked.
 */
export function indexState(indexDir: string, current: { readonly fingerprint: string }): IndexState {
  try {
    const found = findIndex(indexDir);
    if (found.kind !== 'sound') return found;
    try {
      return runState(found.database, current.fingerprint);
    } finally {
      found.database.close();
    }
  } catch (error) {
    if (isDamage(error)) return { kind: 'corrupt', detail: (error as Error).message };
    throw storeFailure(indexDir, error, 'read');
  }
}

function runState(database: SqliteDatabase, current: string): IndexState {
  const columns = 'started_at, finished_at, outcome, fingerprint';
  const [run] = database.query(columns, 'FROM runs WHERE id = (SELECT max(id) FROM runs)');
  if (run === undefined) {
    const [created] = database.query('value', "FROM meta WHERE name = 'created_at'");
    return { kind: 'building', startedAt: String(created?.[0] ?? '') };
  }
  const [startedAt, finishedAt, outcome, stored] = run.map(String) as [string, string, string, string];
  if (stored !== current) return { kind: 'stale-settings', stored, current };
  return outcome === 'complete' ? { kind: 'ready', finishedAt } : { kind: 'building', startedAt };
}
