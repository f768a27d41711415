import { crc32 } from 'node:zlib';
import type { ChunkKind } from '../shared/model.js';
import { errors } from '../shared/errors.js';
import { ByteCursor } from './byte-cursor.js';
import {
  BLOCK_RECORD_BYTES,
  CHUNK_RECORD_BYTES,
  FILE_RECORD_BYTES,
  KIND_CODES,
  SECTIONS,
  TERMS_PER_BLOCK,
  type Section,
} from './segment-format.js';
import { readHeader, type SegmentHeader } from './segment-header.js';
import type { ByteSource } from './store.js';

/** Where the postings of a term are in their section. */
export interface TermEntry {
  readonly term: string;
  /** Number of chunks that hold the term. */
  readonly documentFrequency: number;
  readonly offset: number;
  readonly byteLength: number;
}

/** Reads one segment. Tables are loaded when first asked for; terms and postings are read piece by piece. */
export class SegmentReader {
  readonly dimensions: number;
  readonly fileCount: number;
  readonly chunkCount: number;
  readonly termCount: number;
  readonly totalLength: number;
  private readonly ranges: SegmentHeader['ranges'];
  private fileView: DataView | undefined;
  private chunkView: DataView | undefined;
  private blockView: DataView | undefined;
  private termBytes: Buffer | undefined;
  private isInOrder = false;
  private readonly paths: (string | undefined)[] = [];
  /** First term of each block, as far as a search has passed by. */
  private readonly firstTerms: (string | undefined)[] = [];

  /** Throws `segment-corrupt` when the header cannot be that of a segment. */
  constructor(private readonly source: ByteSource) {
    const header = readHeader(source);
    this.dimensions = header.dimensions;
    this.fileCount = header.fileCount;
    this.chunkCount = header.chunkCount;
    this.termCount = header.termCount;
    this.totalLength = header.totalLength;
    this.ranges = header.ranges;
  }

  /**
   * Throws `segment-corrupt` unless the files share out all chunks between them in their order and every chunk names its file.
   * Whoever walks over many chunks asks this first; afterwards their numbers need no further look.
   */
  checkOrder(): void {
    if (this.isInOrder) return;
    // In a hurry: a search asks this of every chunk before it answers for the first time.
    const { files, chunks, fileCount, chunkCount } = this;
    for (let file = 0, chunk = 0; file < fileCount; file++) {
      const next = (file + 1) * FILE_RECORD_BYTES + 8;
      const end = file + 1 < fileCount ? files.getUint32(next, true) : chunkCount;
      const first = files.getUint32(file * FILE_RECORD_BYTES + 8, true);
      if (first !== chunk || first > end || end > chunkCount)
        throw errors.segmentCorrupt(`the chunks of file ${file} are out of order`);
      for (; chunk < end; chunk++) {
        if (chunks.getUint32(chunk * CHUNK_RECORD_BYTES, true) !== file)
          throw errors.segmentCorrupt(`chunk ${chunk} is not of the file that has it`);
      }
    }
    if (fileCount === 0 && chunkCount > 0) throw errors.segmentCorrupt('it has chunks but no file');
    this.isInOrder = true;
  }

  path(file: number): string {
    return (this.paths[file] ??= this.readPath(file));
  }

  /** Chunks of a file as [first, end). */
  chunksOf(file: number): readonly [first: number, end: number] {
    if (!(file < this.fileCount)) throw errors.segmentCorrupt(`there is no file ${file}`);
    const files = this.files;
    const first = files.getUint32(file * FILE_RECORD_BYTES + 8, true);
    const end = file + 1 < this.fileCount ? files.getUint32((file + 1) * FILE_RECORD_BYTES + 8, true) : this.chunkCount;
    if (first > end || end > this.chunkCount)
      throw errors.segmentCorrupt(`the chunks of file ${file} are out of order`);
    return [first, end];
  }

  fileOf(chunk: number): number {
    return this.chunks.getUint32(chunk * CHUNK_RECORD_BYTES, true);
  }

  startLine(chunk: number): number {
    return this.chunks.getUint32(chunk * CHUNK_RECORD_BYTES + 4, true);
  }

  endLine(chunk: number): number {
    return this.chunks.getUint32(chunk * CHUNK_RECORD_BYTES + 8, true);
  }

  /** Number of term occurrences in the chunk, saturating at 65535. */
  termCountOf(chunk: number): number {
    return this.chunks.getUint16(chunk * CHUNK_RECORD_BYTES + 12, true);
  }

  kind(chunk: number): ChunkKind {
    return KIND_CODES[this.kindCode(chunk)] ?? 'text';
  }

  kindCode(chunk: number): number {
    return this.chunks.getUint8(chunk * CHUNK_RECORD_BYTES + 14);
  }

  /** Parent, symbol and further names of the chunk, as `parent NUL name NUL name ...`; empty where it defines nothing. */
  encodedNames(chunk: number): string {
    const chunks = this.chunks;
    const record = chunk * CHUNK_RECORD_BYTES;
    return this.string(chunks.getUint32(record + 16, true), chunks.getUint16(record + 20, true));
  }

  names(chunk: number): { readonly parent: string; readonly names: readonly string[] } {
    const [parent = '', ...names] = this.encodedNames(chunk).split('\0');
    return { parent, names: names.filter((name) => name !== '') };
  }

  /** Finds a term by binary search over the blocks; undefined when the segment does not hold it. */
  lookup(term: string): TermEntry | undefined {
    const block = this.blockOf(term);
    if (block < 0) return undefined;
    for (const entry of this.block(block)) {
      if (entry.term === term) return entry;
      if (entry.term > term) return undefined;
    }
    return undefined;
  }

  /** The terms that begin with a prefix, in ascending order. */
  *termsStartingWith(prefix: string): IterableIterator<TermEntry> {
    for (let block = Math.max(0, this.blockOf(prefix)); block < this.blockCount; block++) {
      for (const entry of this.block(block)) {
        if (entry.term.startsWith(prefix)) yield entry;
        else if (entry.term > prefix) return;
      }
    }
  }

  /** All terms in ascending order. */
  *terms(): IterableIterator<TermEntry> {
    for (let block = 0; block < this.blockCount; block++) yield* this.block(block);
  }

  /** Encoded postings of a term: see `posting-list`. */
  postings(entry: TermEntry): Uint8Array {
    return this.read('postings', entry.offset, entry.byteLength);
  }

  /** int8 vectors of `count` chunks from `chunk` on. */
  vectors(chunk: number, count: number): Uint8Array {
    return this.read('vectors', chunk * this.dimensions, count * this.dimensions);
  }

  /** Sign bits of `count` chunks from `chunk` on. */
  bits(chunk: number, count: number): Uint8Array {
    return this.read('bits', (chunk * this.dimensions) / 8, (count * this.dimensions) / 8);
  }

  /** Compares every section with its checksum; returns what is wrong. */
  verify(): string[] {
    return SECTIONS.filter((name) => {
      const range = this.ranges[name];
      return crc32(this.source.read(range.offset, range.byteLength)) !== range.checksum;
    }).map((name) => `section \`${name}\` does not match its checksum`);
  }

  /** The last block whose first term is not above `term`; -1 where the segment has no terms. */
  private blockOf(term: string): number {
    let low = 0;
    let high = this.blockCount - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.firstTerms[middle] ??= this.firstTerm(middle)) <= term) low = middle;
      else high = middle - 1;
    }
    return high < 0 ? -1 : low;
  }

  private get blockCount(): number {
    return this.ranges.blocks.byteLength / BLOCK_RECORD_BYTES;
  }

  private readPath(file: number): string {
    if (!(file < this.fileCount)) throw errors.segmentCorrupt(`there is no file ${file}`);
    const record = file * FILE_RECORD_BYTES;
    const files = this.files;
    return this.string(files.getUint32(record, true), files.getUint16(record + 4, true));
  }

  private string(offset: number, byteLength: number): string {
    if (byteLength === 0) return '';
    const bytes = this.read('strings', offset, byteLength);
    return Buffer.from(bytes.buffer, bytes.byteOffset, byteLength).toString('utf8');
  }

  private firstTerm(block: number): string {
    const cursor = this.blockCursor(block);
    cursor.varint();
    const length = cursor.varint();
    cursor.varint();
    cursor.varint();
    return cursor.utf8(length);
  }

  private *block(block: number): IterableIterator<TermEntry> {
    const cursor = this.blockCursor(block);
    let offset = this.blocks.getUint32(block * BLOCK_RECORD_BYTES + 4, true);
    const count = Math.min(TERMS_PER_BLOCK, this.termCount - block * TERMS_PER_BLOCK);
    let term = '';
    for (let i = 0; i < count; i++) {
      const shared = cursor.varint();
      const suffixLength = cursor.varint();
      const documentFrequency = cursor.varint();
      const byteLength = cursor.varint();
      term = term.slice(0, shared) + cursor.utf8(suffixLength);
      if (documentFrequency > this.chunkCount) throw errors.segmentCorrupt('a term is in more chunks than there are');
      yield { term, documentFrequency, offset, byteLength };
      offset += byteLength;
    }
  }

  private blockCursor(block: number): ByteCursor {
    this.termBytes ??= bufferOf(this.section('terms'));
    return new ByteCursor(this.termBytes, this.blocks.getUint32(block * BLOCK_RECORD_BYTES, true));
  }

  private get files(): DataView {
    return (this.fileView ??= viewOf(this.section('files')));
  }

  private get chunks(): DataView {
    return (this.chunkView ??= viewOf(this.section('chunks')));
  }

  private get blocks(): DataView {
    return (this.blockView ??= viewOf(this.section('blocks')));
  }

  private section(section: Section): Uint8Array {
    return this.read(section, 0, this.ranges[section].byteLength);
  }

  private read(section: Section, offset: number, byteLength: number): Uint8Array {
    const range = this.ranges[section];
    if (offset + byteLength > range.byteLength) throw errors.segmentCorrupt(`section \`${section}\` ends too early`);
    return this.source.read(range.offset + offset, byteLength);
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
