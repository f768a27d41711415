import type { SqliteDatabase } from './sqlite-database.js';
import { deleteUnusedTextBlocks, insertTextBlocks, readTextBlock } from './sqlite-texts.js';
import { wholeNumber } from './sqlite-values.js';
import type { MergePolicy } from './store.js';
import { TEXT_BLOCK_BYTES, TextBlockWriter, sliceTextBlock, type TextSlice } from './text-blocks.js';

/** A block below this size is small: it compresses worse than a full one. */
const SMALL_BLOCK_BYTES = TEXT_BLOCK_BYTES / 2;

/** Text that is packed anew in one transaction: bounds its memory and its time. */
const MAX_STEP_BYTES = 8 * 1024 * 1024;

/** What the choice of blocks looks at; lengths are bytes of text. */
export interface TextBlockLoad {
  readonly id: number;
  readonly byteLength: number;
  readonly livingBytes: number;
}

/**
 * Chooses blocks whose texts are packed anew in one step, in order of age; none when nothing is left to do. These are
 * blocks with more than the allowed share of dead bytes, and small ones where there are more of them than there may be
 * small segments. All others stay as they are, also when segments are merged: blocks belong to files, not to segments.
 * Every step lowers the number of the former, or else of the latter, so that choosing and doing comes to an end.
 */
export function chooseTextBlocks(blocks: readonly TextBlockLoad[], policy: MergePolicy): TextBlockLoad[] {
  const isHeavy = ({ byteLength, livingBytes }: TextBlockLoad) =>
    byteLength - livingBytes > byteLength * policy.maxDeadShare;
  const small = new Set(blocks.filter((block) => block.byteLength < SMALL_BLOCK_BYTES));
  const joinsSmall = small.size > Math.max(1, policy.maxSmallSegments);
  const due = [
    ...blocks.filter(isHeavy),
    ...blocks.filter((block) => joinsSmall && small.has(block) && !isHeavy(block)),
  ];
  let bytes = 0;
  const chosen = due.filter(({ livingBytes }, i) => (bytes += livingBytes) <= MAX_STEP_BYTES || i === 0);
  return chosen.toSorted((a, b) => a.id - b.id);
}

/** Packs texts anew by policy: yields one piece of work after the other, each to be run in one transaction before the next is asked for. */
export function* packTextsByPolicy(database: SqliteDatabase, policy: MergePolicy): Iterable<() => void> {
  for (;;) {
    const chosen = chooseTextBlocks(textBlockLoads(database), policy);
    if (chosen.length === 0) return;
    yield packTexts(
      database,
      chosen.map(({ id }) => id),
    );
  }
}

/** Inflates and compresses outside the transaction, which then only moves rows. */
function packTexts(database: SqliteDatabase, blockIds: readonly number[]): () => void {
  const writer = new TextBlockWriter();
  const moved: { readonly file: number; readonly slice: TextSlice }[] = [];
  for (const blockId of blockIds) {
    const block = readTextBlock(database, blockId);
    const files = database
      .statement(
        `SELECT id, text_offset, text_bytes FROM files WHERE text_block = ? AND text_block > 0 ORDER BY text_offset`,
      )
      .all(blockId);
    for (const file of files) {
      const old = { offset: Number(file['text_offset']), byteLength: Number(file['text_bytes']) };
      moved.push({ file: Number(file['id']), slice: writer.addBytes(sliceTextBlock(block, old)) });
    }
  }
  const blocks = writer.finish();
  return () => {
    const ids = insertTextBlocks(
      database,
      blocks,
      moved.map(({ slice }) => slice),
    );
    const move = database.statement('UPDATE files SET text_block = ?, text_offset = ? WHERE id = ?');
    for (const { file, slice } of moved) move.run(ids[slice.block]!, slice.offset, file);
    deleteUnusedTextBlocks(database, blockIds);
  };
}

function textBlockLoads(database: SqliteDatabase): TextBlockLoad[] {
  const rows = database
    .statement(
      `SELECT b.id, b.byte_length, living.bytes FROM text_blocks b
       LEFT JOIN (SELECT text_block, sum(text_bytes) AS bytes FROM files WHERE text_block > 0 GROUP BY text_block) living
         ON living.text_block = b.id ORDER BY b.id`,
    )
    .all();
  return rows.map((row) => ({
    id: wholeNumber(row['id'], 'id'),
    byteLength: wholeNumber(row['byte_length'], 'byte_length'),
    livingBytes: wholeNumber(row['bytes'] ?? 0, 'bytes'),
  }));
}
