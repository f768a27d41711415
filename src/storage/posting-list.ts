import { errors } from '../shared/errors.js';
import { ByteWriter } from './segment-format.js';

/** The posting byte of two thirds of all postings: once in the body and in no other field. It is not written. */
const COMMON_POSTING = 1;

/**
 * Writes the postings of one term: per chunk a varint of twice the distance to the previous chunk, plus one when a
 * posting byte follows. Most postings take one byte.
 */
export class PostingListWriter {
  private readonly out = new ByteWriter();
  private previous = 0;
  /** Chunks added since `begin`. */
  count = 0;

  begin(): void {
    this.out.length = 0;
    this.previous = 0;
    this.count = 0;
  }

  /** Chunks must ascend. */
  add(chunk: number, posting: number): void {
    const isCommon = posting === COMMON_POSTING;
    this.out.varint((chunk - this.previous) * 2 + (isCommon ? 0 : 1));
    if (!isCommon) this.out.byte(posting);
    this.previous = chunk;
    this.count++;
  }

  /** The encoded list; valid until the next `begin` or `add`. */
  view(): Uint8Array {
    return this.out.view();
  }
}

/**
 * Decodes what `PostingListWriter` wrote. Throws `segment-corrupt` where the list ends inside a posting, names a chunk that the
 * segment of `chunkCount` chunks does not have, or names one twice.
 */
export function forEachPosting(
  bytes: Uint8Array,
  chunkCount: number,
  visit: (chunk: number, posting: number) => void,
): void {
  const end = bytes.length;
  let chunk = 0;
  let isFirst = true;
  for (let i = 0; i < end;) {
    let byte = bytes[i++]!;
    let head = byte & 0x7f;
    for (let shift = 7; byte >= 0x80 && shift < 35; shift += 7) {
      byte = bytes[i++]!;
      head += (byte & 0x7f) * 2 ** shift;
    }
    const isCommon = head % 2 === 0;
    const gap = Math.floor(head / 2);
    chunk += gap;
    const posting = isCommon ? COMMON_POSTING : bytes[i++]!;
    if (i > end) throw errors.segmentCorrupt('a list of postings is cut off');
    if (chunk >= chunkCount || (gap === 0 && !isFirst))
      throw errors.segmentCorrupt('a list of postings is out of order');
    isFirst = false;
    visit(chunk, posting);
  }
}
