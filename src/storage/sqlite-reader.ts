import { errors } from '../shared/errors.js';
import { indexBytes } from './index-directory.js';
import { isDamage, openSound, storeFailure } from './sqlite-connection.js';
import type { SqliteDatabase, SqlValue } from './sqlite-database.js';
import { DamagedRowError, digestOrNull, finiteNumber, text, wholeNumber, wholeNumbers } from './sqlite-values.js';
import { integrityProblems } from './sqlite-integrity.js';
import { deadOrdinals } from './sqlite-merge.js';
import { readRuns, readTrace } from './sqlite-runs.js';
import { FORMAT_VERSION } from './sqlite-schema.js';
import { PageCache, SqliteSegment } from './sqlite-segment.js';
import { textProblems } from './sqlite-text-verify.js';
import { SqliteTexts } from './sqlite-texts.js';
import type { ByteSource, FileRecord, FileStampRecord, SegmentInfo, StoreReader, StoredRun } from './store.js';

/** Segment pages a reader keeps: the dictionaries and postings of frequent queries, not the vectors. */
const READER_CACHE_BYTES = 64 * 1024 * 1024;

const FILE_COLUMNS = `path, size_bytes, mtime_ms, ctime_ms, state, reason, content_hash, digest,
  chunk_count, segment_id, ordinal, git_oid`;

/**
 * Opens a published index for reading; throws when it is missing, damaged, or of another format. Up to
 * `mappedBytes` of it are read through a memory map: several times as fast, but what was read counts as resident memory.
 */
export function openSqliteReader(indexDir: string, options: { readonly mappedBytes?: number } = {}): SqliteReader {
  try {
    const { version, database } = openSound(indexDir);
    if (version === FORMAT_VERSION) {
      if (options.mappedBytes !== undefined) database.exec(`PRAGMA mmap_size = ${options.mappedBytes}`);
      return new SqliteReader(indexDir, database);
    }
    database.close();
    throw errors.indexOlderVersion(indexDir, version, FORMAT_VERSION);
  } catch (error) {
    throw storeFailure(indexDir, error, 'read');
  }
}

/** Where the content of an index comes from. */
export interface Origin {
  readonly fingerprint: string;
  readonly embedder: string;
  /** The settings behind the fingerprint as JSON; undefined where the run did not say. */
  readonly values: string | undefined;
  readonly isComplete: boolean;
}

/** Reads an index through one read-only connection. Outside `snapshot` every call sees the newest generation. */
export class SqliteReader implements StoreReader {
  private readonly cache = new PageCache(READER_CACHE_BYTES);
  private readonly texts: SqliteTexts;
  /** An unfinished iteration keeps its generation, and so the log, from being let go. */
  private readonly iterations = new Set<IterableIterator<readonly SqlValue[]>>();

  constructor(
    private readonly indexDir: string,
    private readonly database: SqliteDatabase,
  ) {
    this.texts = new SqliteTexts(database);
  }

  generation(): number {
    return this.attempt(() => this.database.number("SELECT value FROM meta WHERE name = 'generation'"));
  }

  settings(): { readonly fingerprint: string; readonly embedder: string } {
    return this.attempt(() => {
      const row = this.database.statement('SELECT fingerprint, embedder FROM runs ORDER BY id DESC LIMIT 1').get();
      return { fingerprint: String(row?.['fingerprint'] ?? ''), embedder: String(row?.['embedder'] ?? '') };
    });
  }

  /** The last begun run: what its index is made with, and whether it was finished. */
  origin(): Origin {
    return this.attempt(() => {
      const run = this.database.statement('SELECT outcome FROM runs ORDER BY id DESC LIMIT 1').get();
      const stored = this.database.statement("SELECT value FROM meta WHERE name = 'content_settings'").get()?.['value'];
      return {
        ...this.settings(),
        values: typeof stored === 'string' ? stored : undefined,
        isComplete: run?.['outcome'] === 'complete',
      };
    });
  }

  segments(): readonly SegmentInfo[] {
    return this.attempt(() => {
      const rows = this.database
        .statement('SELECT id, byte_length, file_count, chunk_count, fingerprint FROM segments ORDER BY id')
        .all();
      const segments = rows.map((row) => {
        const numbers = wholeNumbers(row, 'id', 'byte_length', 'file_count', 'chunk_count');
        return {
          id: numbers.id,
          byteLength: numbers.byte_length,
          fileCount: numbers.file_count,
          chunkCount: numbers.chunk_count,
          fingerprint: text(row['fingerprint'], 'fingerprint'),
        };
      });
      // Pages are stored as they are: so no length can ask for more memory than there is on disk.
      const claimed = segments.reduce((sum, { byteLength }) => sum + byteLength, 0);
      const held = this.database.pragma('page_count') * this.database.pragma('page_size');
      if (claimed > held) throw new DamagedRowError(`its segments claim ${claimed} bytes, the database has ${held}`);
      return segments;
    });
  }

  /** The source stays good for as long as the segment exists, over several generations. */
  openSegment(id: number): ByteSource {
    return this.attempt(() => {
      const row = this.database.statement('SELECT byte_length FROM segments WHERE id = ?').get(id);
      if (row === undefined) throw errors.indexChanged(this.indexDir);
      const byteLength = wholeNumber(row['byte_length'], 'byte_length');
      const segment = new SqliteSegment(this.database, this.cache, this.indexDir, id, byteLength);
      return {
        byteLength: segment.byteLength,
        read: (offset, length) => this.attempt(() => segment.read(offset, length)),
      };
    });
  }

  deadFiles(segmentId: number): ReadonlySet<number> {
    return this.attempt(() => deadOrdinals(this.database, segmentId));
  }

  *files(): IterableIterator<FileRecord> {
    const rows = this.attempt(() => this.database.compile(`SELECT ${FILE_COLUMNS} FROM files ORDER BY path`).iterate());
    this.iterations.add(rows);
    try {
      for (const row of rows) yield fileRecord(row);
    } catch (error) {
      throw storeFailure(this.indexDir, error, 'read');
    } finally {
      this.iterations.delete(rows);
    }
  }

  *stamps(): IterableIterator<FileStampRecord> {
    const columns = 'path, size_bytes, mtime_ms, ctime_ms, state, reason, content_hash IS NOT NULL';
    const rows = this.attempt(() => this.database.compile(`SELECT ${columns} FROM files`).iterate());
    this.iterations.add(rows);
    try {
      for (const [path, sizeBytes, mtimeMs, ctimeMs, state, reason, wasRead] of rows) {
        const stamp = { sizeBytes: sizeBytes as number, mtimeMs: mtimeMs as number, ctimeMs: ctimeMs as number };
        const about = { state: state as FileRecord['state'], reason: reason as string, wasRead: wasRead === 1 };
        yield { path: path as string, ...stamp, ...about };
      }
    } catch (error) {
      throw storeFailure(this.indexDir, error, 'read');
    } finally {
      this.iterations.delete(rows);
      rows.return?.();
    }
  }

  file(path: string): FileRecord | undefined {
    return this.attempt(() => {
      const row = this.database.statement(`SELECT ${FILE_COLUMNS} FROM files WHERE path = ?`).get(path);
      return row === undefined ? undefined : fileRecord(Object.values(row));
    });
  }

  text(path: string): string | undefined {
    return this.attempt(() => this.texts.text(path));
  }

  lastRun(): string | undefined {
    return this.attempt(() => {
      const row = this.database
        .statement('SELECT summary FROM runs WHERE summary IS NOT NULL ORDER BY id DESC LIMIT 1')
        .get();
      return row === undefined ? undefined : String(row['summary']);
    });
  }

  runs(): readonly StoredRun[] {
    return this.attempt(() => readRuns(this.database));
  }

  trace(runId: number): string | undefined {
    return this.attempt(() => readTrace(this.database, runId));
  }

  lastOutcome(): ReturnType<StoreReader['lastOutcome']> {
    return this.attempt(() => {
      const row = this.database.statement('SELECT outcome FROM runs ORDER BY id DESC LIMIT 1').get();
      return row?.['outcome'] as ReturnType<StoreReader['lastOutcome']>;
    });
  }

  footprint(): Uint8Array | undefined {
    return this.attempt(() => {
      const value = this.database.statement("SELECT value FROM meta WHERE name = 'footprint'").get()?.['value'];
      return value instanceof Uint8Array ? value : undefined;
    });
  }

  totals(): { readonly files: number; readonly chunks: number; readonly bytes: number; readonly indexBytes: number } {
    return this.attempt(() => {
      const row = this.database
        .statement(
          `SELECT count(*) AS files, total(chunk_count) AS chunks, total(size_bytes) AS bytes
           FROM files WHERE state = 'indexed'`,
        )
        .get();
      return {
        files: Number(row?.['files']),
        chunks: Number(row?.['chunks']),
        bytes: Number(row?.['bytes']),
        indexBytes: indexBytes(this.indexDir),
      };
    });
  }

  snapshot<T>(work: () => T): T {
    return this.attempt(() =>
      this.database.readTransaction(() => {
        // A read transaction begins with its first read, not with BEGIN.
        this.generation();
        return work();
      }),
    );
  }

  /** What only the database can tell: rows without their partners, broken B-trees. Reads the whole file. */
  integrityProblems(): string[] {
    return this.attempt(() =>
      this.database.readTransaction(() => {
        try {
          const problems = integrityProblems(this.database);
          return problems.length > 0 ? problems : textProblems(this.database);
        } catch (error) {
          if (isDamage(error)) return [`database: ${(error as Error).message}`];
          throw error;
        }
      }),
    );
  }

  close(): void {
    for (const rows of this.iterations) rows.return?.();
    this.database.close();
  }

  private attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeFailure(this.indexDir, error, 'read');
    }
  }
}

function fileRecord(row: readonly SqlValue[]): FileRecord {
  const [path, sizeBytes, mtimeMs, ctimeMs, state, reason, contentHash, digest, ...rest] = row;
  const [chunkCount, segmentId, ordinal, gitOid] = rest;
  if (state !== 'indexed' && state !== 'skipped' && state !== 'failed') {
    throw new DamagedRowError('a file is neither indexed nor skipped nor failed');
  }
  return {
    path: text(path, 'path'),
    sizeBytes: wholeNumber(sizeBytes, 'size_bytes'),
    mtimeMs: finiteNumber(mtimeMs, 'mtime_ms'),
    ctimeMs: finiteNumber(ctimeMs, 'ctime_ms'),
    state,
    reason: text(reason, 'reason'),
    contentHash: digestOrNull(contentHash, 'content_hash'),
    gitOid: gitOid instanceof Uint8Array ? gitOid : null,
    digest: digestOrNull(digest, 'digest'),
    chunkCount: wholeNumber(chunkCount, 'chunk_count'),
    segmentId: wholeNumber(segmentId, 'segment_id'),
    ordinal: wholeNumber(ordinal, 'ordinal'),
  };
}
