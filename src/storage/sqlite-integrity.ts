import type { SqliteDatabase } from './sqlite-database.js';
import { PAGES_PER_SEGMENT, SEGMENT_PAGE_BYTES } from './sqlite-schema.js';

/** Problems of one kind that are listed before the rest is only counted. */
const LISTED = 10;

/** Queries whose every row is a problem, as a sentence. */
const CHECKS: readonly string[] = [
  `SELECT 'segment ' || id / ${PAGES_PER_SEGMENT} || ' has a page but does not exist' FROM segment_pages
   WHERE id / ${PAGES_PER_SEGMENT} NOT IN (SELECT id FROM segments) GROUP BY id / ${PAGES_PER_SEGMENT}`,
  `SELECT 'segment ' || s.id || ' has ' || count(p.id) || ' pages with ' || total(length(p.data)) || ' bytes instead of '
     || s.byte_length || ' bytes'
   FROM segments s LEFT JOIN segment_pages p ON p.id >= s.id * ${PAGES_PER_SEGMENT} AND p.id < (s.id + 1) * ${PAGES_PER_SEGMENT}
   GROUP BY s.id
   HAVING total(length(p.data)) <> s.byte_length
     OR count(p.id) <> (s.byte_length + ${SEGMENT_PAGE_BYTES - 1}) / ${SEGMENT_PAGE_BYTES}
     OR max(p.id) - s.id * ${PAGES_PER_SEGMENT} + 1 <> count(p.id)`,
  `SELECT 'page ' || p.id % ${PAGES_PER_SEGMENT} || ' of segment ' || s.id || ' has ' || length(p.data) || ' bytes'
   FROM segment_pages p JOIN segments s ON s.id = p.id / ${PAGES_PER_SEGMENT}
   WHERE length(p.data) <> min(${SEGMENT_PAGE_BYTES}, s.byte_length - p.id % ${PAGES_PER_SEGMENT} * ${SEGMENT_PAGE_BYTES})`,
  `SELECT '\`' || path || '\` is ' || state || ' but has a text' FROM files
   WHERE text_block IS NOT NULL AND state <> 'indexed'`,
  `SELECT 'text block ' || id || ' holds the text of no file' FROM text_blocks
   WHERE id NOT IN (SELECT text_block FROM files WHERE text_block > 0)`,
  `SELECT 'text block ' || id || ' has data but does not exist' FROM text_block_data
   WHERE id NOT IN (SELECT id FROM text_blocks)`,
  `SELECT 'a tombstone is in segment ' || segment_id || ', which does not exist' FROM tombstones
   WHERE segment_id NOT IN (SELECT id FROM segments) GROUP BY segment_id`,
  `SELECT 'tombstone ' || t.ordinal || ' lies outside segment ' || s.id FROM tombstones t JOIN segments s ON s.id = t.segment_id
   WHERE t.ordinal NOT BETWEEN 0 AND s.file_count - 1`,
];

/** What is wrong in a database, each problem as one sentence; empty when it is whole. Reads all of it. */
export function integrityProblems(database: SqliteDatabase): string[] {
  const damage = column(database, `PRAGMA integrity_check(${LISTED})`).filter((line) => line !== 'ok');
  if (damage.length > 0) return damage.map((line) => `database: ${line}`);
  return CHECKS.flatMap((check) => {
    const found = column(database, check);
    const rest = found.length - LISTED;
    return rest > 0 ? [...found.slice(0, LISTED), `and ${rest} more of this kind`] : found;
  });
}

function column(database: SqliteDatabase, sql: string): string[] {
  return database
    .statement(sql)
    .all()
    .map((row) => String(Object.values(row)[0]));
}
