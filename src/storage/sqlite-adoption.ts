import { statSync } from 'node:fs';
import { isDamage } from './sqlite-connection.js';
import { SqliteDatabase } from './sqlite-database.js';
import { SqliteReader } from './sqlite-reader.js';
import {
  APPLICATION_ID,
  FORMAT_VERSION,
  SCHEMA_DIGESTS,
  formatVersion,
  migrate,
  schemaDigest,
} from './sqlite-schema.js';
import { FORGET_TREE } from './sqlite-snapshot.js';
import { typeProblems } from './sqlite-types.js';

/** What a database that was made elsewhere is to this program. */
export type ForeignDatabase =
  | { readonly kind: 'known'; readonly version: number }
  | { readonly kind: 'newer-version'; readonly found: number; readonly supported: number }
  | { readonly kind: 'corrupt'; readonly detail: string };

/** A schema can hold programs (triggers, views, expressions), which SQLite would run: none of a stranger's is believed. */
const DISTRUST = 'PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA query_only = ON';

/**
 * Looks at a database file that was made elsewhere, without changing it: its kind, format and length, that its schema is
 * exactly the one which this program would make, and that its rows hold values of the types which this program writes.
 */
export function examineForeign(path: string): ForeignDatabase {
  let database: SqliteDatabase | undefined;
  try {
    database = SqliteDatabase.open(path, 'immutable', 0);
    database.exec(DISTRUST);
    if (database.pragma('application_id') !== APPLICATION_ID) {
      return { kind: 'corrupt', detail: 'its database is not one of mind-index' };
    }
    const version = formatVersion(database);
    if (version > FORMAT_VERSION) return { kind: 'newer-version', found: version, supported: FORMAT_VERSION };
    const expected = database.pragma('page_count') * database.pragma('page_size');
    const { size } = statSync(path);
    if (size !== expected) return { kind: 'corrupt', detail: `its database has ${size} bytes instead of ${expected}` };
    if (version < 1 || schemaDigest(database) !== SCHEMA_DIGESTS[version - 1]) {
      return { kind: 'corrupt', detail: 'its database has other tables than an index' };
    }
    const problems = typeProblems(database, version);
    return problems.length > 0 ? { kind: 'corrupt', detail: problems.join('; ') } : { kind: 'known', version };
  } catch (error) {
    if (isDamage(error)) return { kind: 'corrupt', detail: `its database: ${(error as Error).message}` };
    throw error;
  } finally {
    database?.close();
  }
}

/**
 * Makes an examined database one of ours: of the newest format, in the journal mode of an index, and without file times,
 * which say nothing about the files here.
 */
export function adoptDatabase(path: string): void {
  const database = SqliteDatabase.open(path, 'write', 0);
  try {
    database.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA synchronous = OFF');
    migrate(database);
    database.exec(`PRAGMA journal_mode = MEMORY; ${FORGET_TREE}; PRAGMA journal_mode = WAL`);
  } finally {
    database.close();
  }
}

/** Opens an examined database for reading, as a file that nobody changes; `indexDir` is the folder that errors name. */
export function openForeign(path: string, indexDir: string): SqliteReader {
  const database = SqliteDatabase.open(path, 'immutable', 0);
  database.exec(`${DISTRUST}; PRAGMA cache_size = -2048`);
  return new SqliteReader(indexDir, database);
}
