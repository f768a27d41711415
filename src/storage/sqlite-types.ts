import { CHUNK_RECORD_BYTES, FILE_RECORD_BYTES } from './segment-format.js';
import type { SqliteDatabase } from './sqlite-database.js';

/** For each table a condition that holds for every row that this program writes. */
const TYPES: readonly (readonly [table: string, condition: string, sinceVersion?: number])[] = [
  [
    'files',
    `typeof(path) = 'text' AND typeof(size_bytes) = 'integer' AND typeof(mtime_ms) = 'real' AND typeof(ctime_ms) = 'real'
     AND typeof(reason) = 'text' AND typeof(chunk_count) = 'integer' AND chunk_count >= 0
     AND typeof(segment_id) = 'integer' AND typeof(ordinal) = 'integer'
     AND (content_hash IS NULL OR typeof(content_hash) = 'blob' AND length(content_hash) = 32)
     AND (digest IS NULL OR typeof(digest) = 'blob' AND length(digest) = 32)
     AND (digest IS NULL OR state = 'indexed') AND (state <> 'indexed' OR content_hash IS NOT NULL AND digest IS NOT NULL)
     AND typeof(text_block) IN ('null', 'integer') AND typeof(text_offset) = 'integer' AND typeof(text_bytes) = 'integer'`,
  ],
  // A segment's tables of files and chunks lie in its bytes: counts beyond them would ask for memory without end.
  [
    'segments',
    `typeof(byte_length) = 'integer' AND typeof(file_count) = 'integer' AND typeof(chunk_count) = 'integer'
     AND file_count BETWEEN 0 AND byte_length / ${FILE_RECORD_BYTES}
     AND chunk_count BETWEEN 0 AND byte_length / ${CHUNK_RECORD_BYTES} AND typeof(fingerprint) = 'text'`,
  ],
  ['segment_pages', `typeof(data) = 'blob'`],
  ['tombstones', `typeof(segment_id) = 'integer' AND typeof(ordinal) = 'integer'`],
  ['text_blocks', `typeof(byte_length) = 'integer'`],
  ['text_block_data', `typeof(data) = 'blob'`],
  ['files', `git_oid IS NULL OR typeof(git_oid) = 'blob' AND length(git_oid) IN (20, 32)`, 3],
  ['runs', `typeof(trace) IN ('null', 'text')`, 2],
  ['runs', `typeof(fingerprint) = 'text' AND typeof(embedder) = 'text' AND typeof(started_at) = 'text'`],
];

/**
 * The tables with rows that this program never writes, as sentences. SQLite keeps a value of any type in any column: a database
 * that was made elsewhere is asked before its values are taken for what they should be. Needs no compiled statement. `version` is
 * its format.
 */
export function typeProblems(database: SqliteDatabase, version: number): string[] {
  return TYPES.flatMap(([table, condition, sinceVersion = 1]) => {
    if (version < sinceVersion) return [];
    const [row] = database.query('count(*)', `FROM ${table} WHERE NOT coalesce(${condition}, 0)`);
    const rows = Number(row?.[0] ?? 0);
    return rows > 0 ? [`its table \`${table}\` has ${rows} rows that no index has`] : [];
  });
}
