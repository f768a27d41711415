import { errors } from '../shared/errors.js';
import { PAGES_PER_SEGMENT, SEGMENT_PAGE_BYTES } from './sqlite-schema.js';
import type { SqliteDatabase } from './sqlite-database.js';
import type { ByteSource } from './store.js';

/** A read over more pages than this streams past the cache instead of sweeping it out. */
const CACHED_SPAN_PAGES = 4;

/** The most recently used segment pages, bounded in bytes. Pages never change, so nothing is ever invalidated. */
export class PageCache {
  private readonly pages = new Map<number, Uint8Array>();
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  get(id: number): Uint8Array | undefined {
    const page = this.pages.get(id);
    if (page === undefined) return undefined;
    // A Map iterates in order of insertion: the first key is the one unused for longest.
    this.pages.delete(id);
    this.pages.set(id, page);
    return page;
  }

  put(id: number, page: Uint8Array): void {
    if (page.byteLength > this.maxBytes) return;
    this.pages.set(id, page);
    this.bytes += page.byteLength;
    for (const [oldest, { byteLength }] of this.pages) {
      if (this.bytes <= this.maxBytes) return;
      this.pages.delete(oldest);
      this.bytes -= byteLength;
    }
  }
}

/** One segment in its pages: a read inside one page copies nothing, a longer one copies its pages together. */
export class SqliteSegment implements ByteSource {
  constructor(
    private readonly database: SqliteDatabase,
    private readonly cache: PageCache,
    private readonly indexDir: string,
    private readonly id: number,
    readonly byteLength: number,
  ) {}

  read(offset: number, length: number): Uint8Array {
    if (offset < 0 || length < 0 || offset + length > this.byteLength) {
      throw new RangeError(`bytes ${offset}..${offset + length} of segment ${this.id}, which has ${this.byteLength}`);
    }
    if (length === 0) return new Uint8Array(0);
    const first = Math.floor(offset / SEGMENT_PAGE_BYTES);
    const last = Math.floor((offset + length - 1) / SEGMENT_PAGE_BYTES);
    const start = offset - first * SEGMENT_PAGE_BYTES;
    if (first === last) return this.page(first).subarray(start, start + length);

    const bytes = new Uint8Array(length);
    let number = first;
    for (const page of this.span(first, last)) {
      const from = number === first ? start : 0;
      const to = number * SEGMENT_PAGE_BYTES - offset + from;
      bytes.set(page.subarray(from, from + length - to), to);
      number += 1;
    }
    return bytes;
  }

  private *span(first: number, last: number): Iterable<Uint8Array> {
    if (last - first < CACHED_SPAN_PAGES) {
      for (let number = first; number <= last; number += 1) yield this.page(number);
      return;
    }
    const rows = this.database.compile('SELECT data FROM segment_pages WHERE id BETWEEN ? AND ? ORDER BY id');
    let number = first;
    for (const [data] of rows.iterate(this.pageId(first), this.pageId(last))) yield this.checked(number++, data);
    if (number <= last) this.checked(number, undefined);
  }

  private page(number: number): Uint8Array {
    const id = this.pageId(number);
    const cached = this.cache.get(id);
    if (cached !== undefined) return cached;
    const row = this.database.statement('SELECT data FROM segment_pages WHERE id = ?').get(id);
    const page = this.checked(number, row?.['data']);
    this.cache.put(id, page);
    return page;
  }

  private pageId(number: number): number {
    return this.id * PAGES_PER_SEGMENT + number;
  }

  private checked(number: number, data: unknown): Uint8Array {
    const expected = Math.min(SEGMENT_PAGE_BYTES, this.byteLength - number * SEGMENT_PAGE_BYTES);
    if (data instanceof Uint8Array && data.byteLength === expected) return data;
    if (this.database.statement('SELECT 1 FROM segments WHERE id = ?').get(this.id) === undefined) {
      throw errors.indexChanged(this.indexDir);
    }
    throw errors.indexCorrupt(this.indexDir, `page ${number} of segment ${this.id} is missing or has a wrong length`);
  }
}

/** Writes a segment and its pages and returns its id. Part of the caller's transaction. */
export function insertSegment(
  database: SqliteDatabase,
  bytes: Uint8Array,
  counts: { readonly fileCount: number; readonly chunkCount: number; readonly fingerprint: string },
): number {
  const id = database
    .statement('INSERT INTO segments (byte_length, file_count, chunk_count, fingerprint) VALUES (?, ?, ?, ?)')
    .run(bytes.byteLength, counts.fileCount, counts.chunkCount, counts.fingerprint);
  const insert = database.statement('INSERT INTO segment_pages (id, data) VALUES (?, ?)');
  for (let number = 0; number * SEGMENT_PAGE_BYTES < bytes.byteLength; number += 1) {
    const start = number * SEGMENT_PAGE_BYTES;
    insert.run(id * PAGES_PER_SEGMENT + number, bytes.subarray(start, start + SEGMENT_PAGE_BYTES));
  }
  return id;
}

/** Deletes a segment, its pages and its tombstones. Part of the caller's transaction. */
export function deleteSegment(database: SqliteDatabase, id: number): void {
  database
    .statement('DELETE FROM segment_pages WHERE id >= ? AND id < ?')
    .run(id * PAGES_PER_SEGMENT, (id + 1) * PAGES_PER_SEGMENT);
  database.statement('DELETE FROM tombstones WHERE segment_id = ?').run(id);
  database.statement('DELETE FROM segments WHERE id = ?').run(id);
}
