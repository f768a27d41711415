import type { SqliteDatabase, SqlValue } from './sqlite-database.js';
import { deleteUnusedTextBlocks } from './sqlite-texts.js';
import type { FileCommit, SegmentCommit, UnindexedFile } from './store.js';

/** Where a file of a commit lands. */
export interface FilePlace {
  readonly segmentId: number;
  readonly ordinal: number;
  /** Ids of the commit's text blocks by their numbers. */
  readonly textBlockIds: readonly number[];
}

/** Changes the rows of files within one transaction of the caller; `finish` comes last. */
export class FileChanges {
  private readonly leftTextBlocks = new Set<number>();

  constructor(private readonly database: SqliteDatabase) {}

  putIndexed(file: FileCommit, { segmentId, ordinal, textBlockIds }: FilePlace): void {
    const { text } = file;
    const textBlock = text === undefined ? null : text.byteLength === 0 ? 0 : textBlockIds[text.block]!;
    this.put(file.path, [
      ...[file.sizeBytes, file.mtimeMs, file.ctimeMs, 'indexed', '', file.contentHash, file.digest],
      ...[file.chunkCount, segmentId, segmentId === 0 ? 0 : ordinal],
      ...[textBlock, text?.offset ?? 0, text?.byteLength ?? 0, file.gitOid ?? null],
    ]);
  }

  putUnindexed(file: UnindexedFile): void {
    this.put(file.path, [
      ...[file.sizeBytes, file.mtimeMs, file.ctimeMs, file.state, file.reason, file.contentHash, null],
      ...[0, 0, 0],
      ...[null, 0, 0, file.gitOid ?? null],
    ]);
  }

  restamp(file: SegmentCommit['restamped'][number]): void {
    this.database
      .statement(
        'UPDATE files SET size_bytes = ?, mtime_ms = ?, ctime_ms = ?, git_oid = ifnull(?, git_oid) WHERE path = ?',
      )
      .run(file.sizeBytes, file.mtimeMs, file.ctimeMs, file.gitOid ?? null, file.path);
  }

  remove(path: string): void {
    const id = this.bury(path);
    if (id !== undefined) this.database.statement('DELETE FROM files WHERE id = ?').run(id);
  }

  /** Removes files without a segment (skipped, failed, without chunks): these rows do not tell which settings they come from. */
  removeUndated(): void {
    const rows = this.database
      .statement('SELECT DISTINCT text_block FROM files WHERE segment_id = 0 AND text_block > 0')
      .all();
    for (const row of rows) this.leftTextBlocks.add(Number(row['text_block']));
    this.database.exec('DELETE FROM files WHERE segment_id = 0');
  }

  /** Deletes the text blocks that lost their last file. */
  finish(): void {
    deleteUnusedTextBlocks(this.database, this.leftTextBlocks);
  }

  /** Inserts or replaces the row of a path; the chunks and the text of the replaced version are dead. */
  private put(path: string, values: SqlValue[]): void {
    const old = this.bury(path);
    if (old !== undefined) {
      this.database
        .statement(
          `UPDATE files SET size_bytes = ?, mtime_ms = ?, ctime_ms = ?, state = ?, reason = ?, content_hash = ?, digest = ?,
           chunk_count = ?, segment_id = ?, ordinal = ?, text_block = ?, text_offset = ?, text_bytes = ?, git_oid = ? WHERE id = ?`,
        )
        .run(...values, old);
      return;
    }
    this.database
      .statement(
        `INSERT INTO files (size_bytes, mtime_ms, ctime_ms, state, reason, content_hash, digest, chunk_count,
         segment_id, ordinal, text_block, text_offset, text_bytes, git_oid, path) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(...values, path);
  }

  /** Puts a tombstone where the chunks of a known path are; returns the id of its row. */
  private bury(path: string): number | undefined {
    const row = this.database
      .statement('SELECT id, segment_id, ordinal, text_block FROM files WHERE path = ?')
      .get(path);
    if (row === undefined) return undefined;
    if (row['segment_id'] !== 0) {
      this.database
        .statement('INSERT INTO tombstones (segment_id, ordinal) VALUES (?, ?)')
        .run(row['segment_id']!, row['ordinal']!);
    }
    const textBlock = Number(row['text_block']);
    if (textBlock > 0) this.leftTextBlocks.add(textBlock);
    return Number(row['id']);
  }
}
