import type { SqliteDatabase, SqlValue } from './sqlite-database.js';
import type { StoredRun } from './store.js';

/** The remembered runs, newest first, without their traces. */
export function readRuns(database: SqliteDatabase): StoredRun[] {
  return database
    .statement('SELECT id, started_at, finished_at, outcome, summary FROM runs ORDER BY id DESC')
    .all()
    .map((row) => ({
      id: Number(row['id']),
      startedAt: String(row['started_at']),
      finishedAt: optionalText(row['finished_at']),
      outcome: row['outcome'] as StoredRun['outcome'],
      summary: optionalText(row['summary']),
    }));
}

/** The JSON trace of a run; undefined where none is kept. */
export function readTrace(database: SqliteDatabase, runId: number): string | undefined {
  return optionalText(database.statement('SELECT trace FROM runs WHERE id = ?').get(runId)?.['trace']);
}

function optionalText(value: SqlValue | undefined): string | undefined {
  return value === null || value === undefined ? undefined : String(value);
}
