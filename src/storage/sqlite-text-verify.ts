import { isUtf8 } from 'node:buffer';
import type { SqliteDatabase, SqlValue } from './sqlite-database.js';
import { readTextBlock } from './sqlite-texts.js';
import { finiteNumber, text } from './sqlite-values.js';
import { DamagedTextError, sliceTextBlock } from './text-blocks.js';

/**
 * Inflates every block once and looks at the texts in it: each lies inside its block, behind the one before it, and is
 * UTF-8. Each problem is a sentence that names the file.
 */
export function textProblems(database: SqliteDatabase): string[] {
  const rows = database
    .compile('SELECT path, text_block, text_offset, text_bytes FROM files WHERE text_block > 0 ORDER BY 2, 3')
    .iterate();
  const problems: string[] = [];
  let current: { readonly id: number; readonly content: Uint8Array | DamagedTextError } | undefined;
  let end = 0;
  for (const row of rows) {
    const path = text(row[0], 'path');
    const [id, offset, byteLength] = [row[1], row[2], row[3]].map((value) =>
      finiteNumber(value, 'place of a text'),
    ) as [number, number, number];
    if (current?.id !== id) {
      current = { id, content: inflated(database, id) };
      end = 0;
    }
    const problem =
      current.content instanceof Error ? current.content.message : sliceProblem(current.content, row, end);
    if (problem !== undefined) problems.push(`the text of \`${path}\` cannot be read: ${problem}`);
    end = offset + byteLength;
  }
  return problems;
}

function inflated(database: SqliteDatabase, id: number): Uint8Array | DamagedTextError {
  try {
    return readTextBlock(database, id);
  } catch (error) {
    if (error instanceof DamagedTextError) return error;
    throw error;
  }
}

function sliceProblem(block: Uint8Array, row: readonly SqlValue[], previousEnd: number): string | undefined {
  const [, id, offset, byteLength] = row as [string, number, number, number];
  if (offset < previousEnd) return `text block ${id}: it overlaps the text before it`;
  try {
    if (isUtf8(sliceTextBlock(block, { offset, byteLength }))) return undefined;
    return `text block ${id}: it is not UTF-8`;
  } catch (error) {
    if (error instanceof DamagedTextError) return `text block ${id}: ${error.message}`;
    throw error;
  }
}
