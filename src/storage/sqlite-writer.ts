import { createDatabase, createIndexDirectory } from './index-directory.js';
import { copyIndex, type CopySources } from './index-copy.js';
import { IndexLock } from './index-lock.js';
import { BUSY_TIMEOUT_MS, logBytes, openForWriting, openSound, storeFailure } from './sqlite-connection.js';
import { SQLITE, sqliteCode, type SqliteDatabase } from './sqlite-database.js';
import { FileChanges } from './sqlite-files.js';
import { mergeByPolicy, type MergeSegments } from './sqlite-merge.js';
import { migrate } from './sqlite-schema.js';
import { insertSegment } from './sqlite-segment.js';
import { packTextsByPolicy } from './sqlite-text-merge.js';
import { insertTextBlocks } from './sqlite-texts.js';
import type { MergePolicy, RunEnd, RunFinish, RunStart, SegmentCommit, StoreWriter } from './store.js';

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
  /** Where a new index may begin from. */
  readonly copySources?: CopySources;
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
      const { copySources } = options;
      createDatabase(indexDir, copySources && ((path) => copyIndex(path, copySources)));
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
        // It speaks of the files that the last complete run knew.
        this.database.exec("DELETE FROM meta WHERE name = 'footprint'");
        this.database
          .statement("INSERT OR REPLACE INTO meta VALUES ('content_settings', ?)")
          .run(run.contentSettings ?? null);
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
        const slices = files.flatMap(({ text }) => text ?? []);
        const textBlockIds = insertTextBlocks(this.database, commit.textBlocks, slices);
        const changes = new FileChanges(this.database);
        for (const path of removed) changes.remove(path);
        for (const file of restamped) changes.restamp(file);
        files.forEach((file, ordinal) => changes.putIndexed(file, { segmentId, ordinal, textBlockIds }));
        for (const file of unindexed) changes.putUnindexed(file);
        changes.finish();
        this.publish();
      });
      this.boundLog();
    });
  }

  async merge(policy: MergePolicy): ReturnType<StoreWriter['merge']> {
    return this.attempt(() => {
      const count = () => this.database.number('SELECT count(*) FROM segments');
      const from = count();
      let stepsLeft = policy.maxSteps ?? Infinity;
      for (const step of this.mergeSteps(policy)) {
        this.database.transaction(step);
        this.boundLog();
        if (--stepsLeft <= 0) return { from, to: count(), isDone: false };
      }
      this.tidy();
      return { from, to: count(), isDone: true };
    });
  }

  private *mergeSteps(policy: MergePolicy): Iterable<() => void> {
    const { indexDir, mergeSegments } = this.options;
    for (const step of mergeByPolicy({ database: this.database, indexDir, mergeSegments }, policy)) {
      yield () => {
        step();
        this.publish();
      };
    }
    // Readers look a text up by its file each time, so nothing that they know changes.
    yield* packTextsByPolicy(this.database, policy);
  }

  async finishRun(run: RunFinish): Promise<void> {
    this.endRun('complete', run, run.digest, run.footprint);
  }

  async suspendRun(run: RunEnd): Promise<void> {
    this.endRun('suspended', run, null);
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

  private endRun(outcome: 'complete' | 'suspended', run: RunEnd, digest: string | null, footprint?: Uint8Array): void {
    const { id } = this.currentRun();
    this.attempt(() => {
      this.database.transaction(() => {
        this.database
          .statement('UPDATE runs SET outcome = ?, finished_at = ?, digest = ?, summary = ?, trace = ? WHERE id = ?')
          .run(outcome, run.finishedAt, digest, run.summary, run.trace ?? null, id);
        if (footprint !== undefined) {
          this.database.statement("INSERT OR REPLACE INTO meta VALUES ('footprint', ?)").run(footprint);
        }
      });
      this.tidy();
    });
    this.run = undefined;
  }

  /**
   * At a change of settings, what the old ones said of files without a segment is forgotten: nothing tells it from what
   * the new ones say. Every other row stays until it is replaced, so a rebuild can be interrupted and continued.
   */
  private forgetUndated(): void {
    const changes = new FileChanges(this.database);
    changes.removeUndated();
    changes.finish();
    this.publish();
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

  /** Free pages are used again first; what an exceptional run left over is given back. Then the log is emptied. */
  private tidy(): void {
    const free = this.database.pragma('freelist_count');
    if (free > this.database.pragma('page_count') * MAX_FREE_SHARE) {
      unlessFull(() => this.database.exec('PRAGMA incremental_vacuum'));
    }
    checkpoint(this.database, 'TRUNCATE');
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
