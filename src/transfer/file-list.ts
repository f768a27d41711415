import type { FileRecord, StoreReader } from '../storage/store.js';
import { ContentHash } from './content-hash.js';

/** Lines gathered before they are passed on. */
const PIECE_CHARACTERS = 64 * 1024;

/**
 * The indexed files of an index in path order, one line of JSON each: `path`, `sha256` of the file's bytes, and `digest`, its
 * part in the index digest. An index has exactly one such list, so that a list is checked by making it again.
 */
export function* fileList(reader: StoreReader): Generator<Buffer> {
  let lines = '';
  for (const record of reader.files()) {
    if (record.state === 'indexed') lines += `${JSON.stringify(lineOf(record))}\n`;
    if (lines.length < PIECE_CHARACTERS) continue;
    yield Buffer.from(lines);
    lines = '';
  }
  if (lines !== '') yield Buffer.from(lines);
}

function lineOf({ path, contentHash, digest }: FileRecord): object {
  return { path, sha256: hex(contentHash), digest: hex(digest) };
}

function hex(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('hex');
}

/** SHA-256 of the list, in hexadecimal. */
export function fileListHash(reader: StoreReader): string {
  const hash = new ContentHash();
  for (const piece of fileList(reader)) hash.add(piece);
  return hash.finish();
}
