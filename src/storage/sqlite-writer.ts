import { createDatabase, createIndexDirectory } from './index-directory.js';
import { IndexLock } from './index-lock.js';
import { BUSY_TIMEOUT_MS, logBytes, openForWriting, openSound, storeFailure } from './sqlite-connection.js';
import { SQLITE, sqliteCode, type SqliteDatabase } from './sqlite-database.js';
import { mergeByPolicy, type MergeSegments } from './sqlite-merge.js';
import { migrate } from './sqlite-schema.js';
import { insertSegment } from './sqlite-segment.js';
import type { FileCommit, MergePolicy, RunStart, SegmentCommit, StoreWriter, UnindexedFile } from './store.js';

/** Runs that are remembered; the index must not grow by being used. */
const KEPT_RUNS = 20;

/** A log larger than this waits for readers to let go of it, see `boundLog`. */
const LOG_LIMIT_BYTES = 64 * 1024 * 1024;

/** How long the writer waits for readers to let go of the log: an interrupted run must end within a second. */
const LOG_PATIENCE_MS = 200;

/** Free pages are given back to the file system when they are more than this share of the file. */
const MAX_FREE_SHARE = 0.25;

/** What a writer needs to know: where the index is, who asks, and how segments are merged. */
export interface SqliteWriterOptions {
  readonly indexDir: string;
  /** What the user ran, shown to whoever finds the index locked. */
  readonly command: string;
  readonly mergeSegments: MergeSegments;
}

/**
 * Opens an index for writing, creating it where there is none. The work of every call is done synchronously, on the
 * calling thread; `openThreadedWriter` is the same on a thread of its own.
 */
export async function openSqliteWriter(options: SqliteWriterOptions): Promise<StoreWriter> {
  return SqliteWriter.open(options);
}

class SqliteWriter implements StoreWriter {
  private run: { readonly id: number; readonly fingerprint: string } | undefined;

  private constructor(
    private readonly options: SqliteWriterOptions,
    private readonly lock: IndexLock,
    private readonly database: SqliteDatabase,
  ) {}

  static open(options: SqliteWriterOptions): SqliteWriter {
    const { indexDir } = options;
    createIndexDirectory(indexDir);
    let lock: IndexLock | undefined;
    try {
      lock = IndexLock.acquire(indexDir, options.command);
      createDatabase(indexDir);
      openSound(indexDir).database.close();
      const database = openForWriting(indexDir);
      try {
        migrate(database);
      } catch (error) {
        database.close();
        throw error;
      }
      return new SqliteWriter(options, lock, database);
    } catch (error) {
      lock?.release();
      throw storeFailure(indexDir, error, 'write');
    }
  }

  async beginRun(run: RunStart): Promise<void> {
    this.attempt(() => {
      this.database.transaction(() => {
        const last = this.database.statement('SELECT fingerprint FROM runs ORDER BY id DESC LIMIT 1').get();
        if (last !== undefined && last['fingerprint'] !== run.fingerprint) this.forgetUndated();
        const id = this.database
          .statement('INSERT INTO runs (started_at, fingerprint, embedder) VALUES (?, ?, ?)')
          .run(run.startedAt, run.fingerprint, run.embedder);
        this.database.statement('DELETE FROM runs WHERE id <= ?').run(id - KEPT_RUNS);
        this.run = { id, fingerprint: run.fingerprint };
      });
    });
  }

  /** Where one path is in several lists, the order is: removed, restamped, files, unindexed; the later wins. */
  async commit(commit: SegmentCommit): Promise<void> {
    const { fingerprint } = this.currentRun();
    const { files, unindexed, restamped, removed, segment } = commit;
    if (segment === undefined && files.some((file) => file.chunkCount > 0))
      throw new Error('files with chunks need a segment');
    if (files.length + unindexed.length + restamped.length + removed.length === 0) return;
    this.attempt(() => {
      this.database.transaction(() => {
        const segmentId =
          segment === undefined
            ? 0
            : insertSegment(this.database, segment, {
                fileCount: files.length,
                chunkCount: commit.chunkCount,
                fingerprint,
              });
        for (const path of removed) this.removeFile(path);
        const restamp = this.database.statement(
          'UPDATE files SET size_bytes = ?, mtime_ms = ?, ctime_ms = ? WHERE path = ?',
        );
        for (const file of restamped) restamp.run(file.sizeBytes, file.mtimeMs, file.ctimeMs, file.path);
        files.forEach((file, ordinal) => this.putIndexed(file, segmentId, ordinal));
        for (const file of unindexed) this.putUnindexed(file);
        this.publish();
      });
      this.boundLog();
    });
  }

  async merge(policy: MergePolicy): Promise<{ readonly from: number; readonly to: number }> {
    return this.attempt(() => {
      const count = () => this.database.number('SELECT count(*) FROM segments');
      const from = count();
      const { indexDir, mergeSegments } = this.options;
      for (const step of mergeByPolicy({ database: this.database, indexDir, mergeSegments }, policy)) {
        this.database.transaction(() => {
          step();
          this.publish();
        });
        this.boundLog();
      }
      return { from, to: count() };
    });
  }

  async finishRun(run: {
    readonly finishedAt: string;
    readonly digest: string;
    readonly summary: string;
  }): Promise<void> {
    this.endRun('complete', run.finishedAt, run.digest, run.summary);
  }

  async suspendRun(run: { readonly finishedAt: string; readonly summary: string }): Promise<void> {
    this.endRun('suspended', run.finishedAt, null, run.summary);
  }

  async close(): Promise<void> {
    this.attempt(() => {
      try {
        checkpoint(this.database, 'TRUNCATE');
      } finally {
        this.database.close();
        this.lock.release();
      }
    });
  }

  private endRun(outcome: 'complete' | 'suspended', finishedAt: string, digest: string | null, summary: string): void {
    const { id } = this.currentRun();
    this.attempt(() => {
      this.database
        .statement('UPDATE runs SET outcome = ?, finished_at = ?, digest = ?, summary = ? WHERE id = ?')
        .run(outcome, finishedAt, digest, summary, id);
      this.giveBackFreePages();
      checkpoint(this.database, 'TRUNCATE');
    });
    this.run = undefined;
  }

  /**
   * When the settings change, what the old ones said of files without a segment (skipped, failed, without chunks) is
   * forgotten: these rows do not tell which settings they come from. Every other row does, through its segment, so a
   * rebuild can be interrupted and continued.
   */
  private forgetUndated(): void {
    this.database.exec('DELETE FROM texts WHERE file_id IN (SELECT id FROM files WHERE segment_id = 0)');
    this.database.exec('DELETE FROM files WHERE segment_id = 0');
    this.publish();
  }

  private putIndexed(file: FileCommit, segmentId: number, ordinal: number): void {
    const ordinalOrZero = segmentId === 0 ? 0 : ordinal;
    const id = this.putFile(file.path, [
      ...[file.sizeBytes, file.mtimeMs, file.ctimeMs, 'indexed', '', file.contentHash, file.digest],
      ...[file.chunkCount, segmentId, ordinalOrZero],
    ]);
    if (file.text === undefined) this.database.statement('DELETE FROM texts WHERE file_id = ?').run(id);
    else this.database.statement('INSERT OR REPLACE INTO texts (file_id, data) VALUES (?, ?)').run(id, file.text);
  }

  private putUnindexed(file: UnindexedFile): void {
    const id = this.putFile(file.path, [
      ...[file.sizeBytes, file.mtimeMs, file.ctimeMs, file.state, file.reason, file.contentHash, null],
      ...[0, 0, 0],
    ]);
    this.database.statement('DELETE FROM texts WHERE file_id = ?').run(id);
  }

  /** Inserts or replaces the row of a path and returns its id; the chunks of the replaced version are dead. */
  private putFile(path: string, values: (string | number | Uint8Array | null)[]): number {
    const old = this.bury(path);
    if (old !== undefined) {
      this.database
        .statement(
          `UPDATE files SET size_bytes = ?, mtime_ms = ?, ctime_ms = ?, state = ?, reason = ?, content_hash = ?, digest = ?,
           chunk_count = ?, segment_id = ?, ordinal = ? WHERE id = ?`,
        )
        .run(...values, old);
      return old;
    }
    return this.database
      .statement(
        `INSERT INTO files (size_bytes, mtime_ms, ctime_ms, state, reason, content_hash, digest,
         chunk_count, segment_id, ordinal, path) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(...values, path);
  }

  private removeFile(path: string): void {
    const id = this.bury(path);
    if (id === undefined) return;
    this.database.statement('DELETE FROM texts WHERE file_id = ?').run(id);
    this.database.statement('DELETE FROM files WHERE id = ?').run(id);
  }

  /** Puts a tombstone where the chunks of a known path are; returns the id of its row. */
  private bury(path: string): number | undefined {
    const row = this.database.statement('SELECT id, segment_id, ordinal FROM files WHERE path = ?').get(path);
    if (row === undefined) return undefined;
    if (row['segment_id'] !== 0) {
      this.database
        .statement('INSERT INTO tombstones (segment_id, ordinal) VALUES (?, ?)')
        .run(row['segment_id']!, row['ordinal']!);
    }
    return Number(row['id']);
  }

  private publish(): void {
    this.database.statement("UPDATE meta SET value = value + 1 WHERE name = 'generation'").run();
  }

  /**
   * Readers that overlap without a gap keep the log from starting over. When it has become too long, this waits a
   * moment for them to let go of its beginning; readers begin anew at its end and never wait.
   */
  private boundLog(): void {
    if (logBytes(this.options.indexDir) > LOG_LIMIT_BYTES) checkpoint(this.database, 'RESTART');
  }

  /** Free pages are used again first; what an exceptional run left over is given back. */
  private giveBackFreePages(): void {
    const free = this.database.pragma('freelist_count');
    if (free <= this.database.pragma('page_count') * MAX_FREE_SHARE) return;
    unlessFull(() => this.database.exec('PRAGMA incremental_vacuum'));
  }

  private currentRun(): { readonly id: number; readonly fingerprint: string } {
    if (this.run === undefined) throw new Error('no run has begun');
    return this.run;
  }

  private attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeFailure(this.options.indexDir, error, 'write');
    }
  }
}

/**
 * Copies the log back. TRUNCATE leaves nothing in it, so that the database alone can be copied, or read on read-only
 * media. Readers in the middle of a snapshot prevent that: then the log stays, which harms nothing.
 */
function checkpoint(database: SqliteDatabase, mode: 'RESTART' | 'TRUNCATE'): void {
  database.exec(`PRAGMA busy_timeout = ${LOG_PATIENCE_MS}`);
  unlessFull(() => database.exec(`PRAGMA wal_checkpoint(${mode})`));
  database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
}

/** Tidying up needs space of its own; without it the index is whole, only larger. */
function unlessFull(tidy: () => void): void {
  try {
    tidy();
  } catch (error) {
    if (sqliteCode(error) !== SQLITE.full) throw error;
  }
}
