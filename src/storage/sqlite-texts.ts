import { PageCache } from './sqlite-segment.js';
import type { SqliteDatabase } from './sqlite-database.js';
import { DamagedTextError, inflateTextBlock, sliceTextBlock, type TextSlice } from './text-blocks.js';

/** Inflated blocks that a reader keeps: the hits of one query often lie in few of them. */
const TEXT_CACHE_BYTES = 4 * 1024 * 1024;

/** Reads texts out of their blocks; the most recently used blocks stay inflated. */
export class SqliteTexts {
  private readonly cache = new PageCache(TEXT_CACHE_BYTES);

  constructor(private readonly database: SqliteDatabase) {}

  /** The text of a file; undefined when it is not stored. Throws `DamagedTextError`. */
  text(path: string): string | undefined {
    return this.database.readTransaction(() => {
      const row = this.database
        .statement('SELECT text_block, text_offset, text_bytes FROM files WHERE path = ?')
        .get(path);
      const block = row?.['text_block'] ?? undefined;
      if (row === undefined || block === undefined) return undefined;
      if (block === 0) return '';
      const slice = { offset: Number(row['text_offset']), byteLength: Number(row['text_bytes']) };
      const bytes = ofBlock(Number(block), () => sliceTextBlock(this.block(Number(block)), slice));
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
    });
  }

  private block(id: number): Uint8Array {
    const cached = this.cache.get(id);
    if (cached !== undefined) return cached;
    const block = readTextBlock(this.database, id);
    this.cache.put(id, block);
    return block;
  }
}

/** The inflated bytes of a block. Throws `DamagedTextError`, also when the block does not exist. */
export function readTextBlock(database: SqliteDatabase, id: number): Buffer {
  const row = database
    .statement('SELECT byte_length, data FROM text_blocks JOIN text_block_data USING (id) WHERE id = ?')
    .get(id);
  return ofBlock(id, () => {
    const data = row?.['data'];
    if (!(data instanceof Uint8Array)) throw new DamagedTextError('it does not exist');
    return inflateTextBlock(data, Number(row!['byte_length']));
  });
}

/** Says of a damage in which block it is. */
function ofBlock<T>(id: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DamagedTextError) || error.message.startsWith('text block')) throw error;
    throw new DamagedTextError(`text block ${id}: ${error.message}`, { cause: error.cause });
  }
}

/**
 * Writes the blocks that `slices` point into and returns the ids by block number; 0, which is no id, for a block that no
 * slice needs. A slice must lie in one of the blocks. Part of the caller's transaction.
 */
export function insertTextBlocks(
  database: SqliteDatabase,
  blocks: readonly Uint8Array[],
  slices: readonly TextSlice[],
): number[] {
  const lengths = blocks.map(() => 0);
  for (const { block, offset, byteLength } of slices) {
    if (byteLength === 0) continue;
    if (lengths[block] === undefined) throw new Error(`a text is in block ${block} of ${blocks.length}`);
    lengths[block] = Math.max(lengths[block], offset + byteLength);
  }
  return blocks.map((data, number) => {
    const byteLength = lengths[number]!;
    if (byteLength === 0) return 0;
    const id = database.statement('INSERT INTO text_blocks (byte_length) VALUES (?)').run(byteLength);
    database.statement('INSERT INTO text_block_data (id, data) VALUES (?, ?)').run(id, data);
    return id;
  });
}

/** Deletes those of the blocks in which no text of a file is. Part of the caller's transaction. */
export function deleteUnusedTextBlocks(database: SqliteDatabase, ids: Iterable<number>): void {
  // The second condition is what lets SQLite use the partial index.
  const used = 'SELECT count(*) FROM (SELECT 1 FROM files WHERE text_block = ? AND text_block > 0 LIMIT 1)';
  for (const id of ids) {
    if (database.number(used, id) > 0) continue;
    database.statement('DELETE FROM text_block_data WHERE id = ?').run(id);
    database.statement('DELETE FROM text_blocks WHERE id = ?').run(id);
  }
}
