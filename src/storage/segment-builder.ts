import { crc32 } from 'node:zlib';
import type { Chunk } from '../shared/model.js';
import { signBits } from '../shared/sign-bits.js';
import { PostingListWriter } from './posting-list.js';
import {
  ByteWriter,
  HEADER_BYTES,
  HEADER_CHECKSUM_OFFSET,
  KIND_CODES,
  SECTIONS,
  SECTION_TABLE_OFFSET,
  SEGMENT_MAGIC,
  SEGMENT_VERSION,
  TERMS_PER_BLOCK,
  type Section,
} from './segment-format.js';

/** What the builder needs to know of a chunk's terms: ids into some vocabulary, and a posting byte for each. */
export interface TermOccurrences {
  readonly ids: Uint32Array;
  readonly postings: Uint8Array;
  readonly length: number;
}

const MAX_U16 = 0xffff;

/** Collects the chunks of a batch of files and writes them as one segment. */
export class SegmentBuilder {
  private readonly files = new ByteWriter();
  private readonly chunks = new ByteWriter();
  private readonly strings = new ByteWriter();
  private readonly vectors: ByteWriter;
  private readonly bits: ByteWriter;
  private readonly postings = new PostingCollector();
  private totalLength = 0;
  private fileStart = { files: 0, chunks: 0, strings: 0, postings: 0, chunkCount: 0, totalLength: 0 };
  fileCount = 0;
  chunkCount = 0;

  /** `dimensions` of the vectors, a multiple of 8; 0 for none. */
  constructor(private readonly dimensions: number) {
    this.vectors = new ByteWriter(dimensions * 256);
    this.bits = new ByteWriter(dimensions * 32);
  }

  /** Begins the next file; its ordinal is the number of files before it. */
  beginFile(path: string): void {
    this.fileStart = {
      files: this.files.length,
      chunks: this.chunks.length,
      strings: this.strings.length,
      postings: this.postings.length,
      chunkCount: this.chunkCount,
      totalLength: this.totalLength,
    };
    this.files.u32(this.strings.length);
    this.files.u16(this.strings.utf8(path));
    this.files.u16(0);
    this.files.u32(this.chunkCount);
    this.fileCount++;
  }

  /** Takes the current file back, with all its chunks, as if it had never been begun. */
  abandonFile(): void {
    const start = this.fileStart;
    this.files.length = start.files;
    this.chunks.length = start.chunks;
    this.strings.length = start.strings;
    this.postings.length = start.postings;
    this.vectors.length = start.chunkCount * this.dimensions;
    this.bits.length = (start.chunkCount * this.dimensions) / 8;
    this.chunkCount = start.chunkCount;
    this.totalLength = start.totalLength;
    this.fileCount--;
  }

  /** Adds a chunk of the current file. `vector` has `dimensions` components and is copied. */
  addChunk(chunk: Chunk, terms: TermOccurrences, vector: Int8Array | undefined): void {
    this.postings.add(this.chunkCount, terms);
    const namesOffset = this.strings.length;
    const namesLength = this.strings.utf8(encodeNames(chunk));
    writeChunkRecord(this.chunks, {
      file: this.fileCount - 1,
      startLine: chunk.startLine,
      endLine: chunk.endLine,
      termCount: terms.length,
      kind: KIND_CODES.indexOf(chunk.kind),
      namesOffset,
      namesLength,
    });
    if (this.dimensions > 0) appendVector(this.vectors, this.bits, vector ?? new Int8Array(this.dimensions));
    this.totalLength += Math.min(terms.length, MAX_U16);
    this.chunkCount++;
  }

  /** The finished segment. `terms` are the strings behind the ids given to `addChunk`. */
  finish(terms: readonly string[]): Uint8Array<ArrayBuffer> {
    const dictionary = new DictionaryWriter();
    this.postings.forEachTerm(terms, (term, count, encoded) => dictionary.add(term, count, encoded));
    return assembleSegment({
      dimensions: this.dimensions,
      fileCount: this.fileCount,
      chunkCount: this.chunkCount,
      termCount: dictionary.termCount,
      totalLength: this.totalLength,
      sections: {
        files: this.files.view(),
        chunks: this.chunks.view(),
        strings: this.strings.view(),
        blocks: dictionary.blocks.view(),
        terms: dictionary.terms.view(),
        postings: dictionary.postings.view(),
        vectors: this.vectors.view(),
        bits: this.bits.view(),
      },
    });
  }
}

/** Parent, symbol and further names as one NUL-separated string, cut to what the record can address. */
function encodeNames(chunk: Chunk): string {
  if (chunk.names.length === 0 && chunk.parent === '') return '';
  const all = [chunk.parent, chunk.symbol, ...chunk.names.filter((name) => name !== chunk.symbol)].join('\0');
  // Each UTF-16 unit takes at most three bytes of UTF-8.
  return all.length * 3 <= MAX_U16 ? all : all.slice(0, Math.floor(MAX_U16 / 3));
}

export interface ChunkRecord {
  readonly file: number;
  readonly startLine: number;
  readonly endLine: number;
  readonly termCount: number;
  readonly kind: number;
  readonly namesOffset: number;
  readonly namesLength: number;
}

export function writeChunkRecord(out: ByteWriter, record: ChunkRecord): void {
  out.u32(record.file);
  out.u32(record.startLine);
  out.u32(record.endLine);
  out.u16(Math.min(record.termCount, MAX_U16));
  out.byte(record.kind);
  out.byte(0);
  out.u32(record.namesOffset);
  out.u16(record.namesLength);
  out.u16(0);
}

function appendVector(vectors: ByteWriter, bits: ByteWriter, vector: Int8Array): void {
  vectors.append(new Uint8Array(vector.buffer, vector.byteOffset, vector.length));
  bits.append(signBits(vector));
}

/** Writes the term dictionary and the postings behind it; terms must come in ascending order of UTF-16 code units. */
export class DictionaryWriter {
  readonly blocks = new ByteWriter();
  readonly terms = new ByteWriter(1 << 16);
  readonly postings = new ByteWriter(1 << 18);
  termCount = 0;
  private previous = '';
  private readonly suffix = new ByteWriter(256);

  /** `encoded` are the postings of `count` chunks as `forEachTerm` gives them. */
  add(term: string, count: number, encoded: Uint8Array): void {
    if (this.termCount % TERMS_PER_BLOCK === 0) {
      this.blocks.u32(this.terms.length);
      this.blocks.u32(this.postings.length);
      this.previous = '';
    }
    const shared = sharedPrefix(this.previous, term);
    this.suffix.length = 0;
    const suffixBytes = this.suffix.utf8(term.slice(shared));
    this.terms.varint(shared);
    this.terms.varint(suffixBytes);
    this.terms.varint(count);
    this.terms.varint(encoded.length);
    this.terms.append(this.suffix.view());
    this.postings.append(encoded);
    this.previous = term;
    this.termCount++;
  }
}

/** Length in UTF-16 units of the longest common prefix that does not end inside a surrogate pair. */
function sharedPrefix(a: string, b: string): number {
  const limit = Math.min(a.length, b.length);
  let length = 0;
  while (length < limit && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  const last = length > 0 ? a.charCodeAt(length - 1) : 0;
  return last >= 0xd800 && last < 0xdc00 ? length - 1 : length;
}

/** Postings in the order of chunks, turned by a counting sort into the order of terms. */
class PostingCollector {
  private termIds = new Uint32Array(1 << 14);
  private chunkIds = new Uint32Array(1 << 14);
  private bytes = new Uint8Array(1 << 14);
  length = 0;

  add(chunk: number, terms: TermOccurrences): void {
    const count = terms.ids.length;
    if (this.length + count > this.termIds.length) this.grow(this.length + count);
    this.termIds.set(terms.ids, this.length);
    this.chunkIds.fill(chunk, this.length, this.length + count);
    this.bytes.set(terms.postings, this.length);
    this.length += count;
  }

  /** Visits the terms that occur, ascending, each with its number of chunks and its encoded postings. */
  forEachTerm(terms: readonly string[], visit: (term: string, count: number, encoded: Uint8Array) => void): void {
    const counts = new Uint32Array(terms.length + 1);
    for (let i = 0; i < this.length; i++) counts[this.termIds[i]!]!++;
    const used: number[] = [];
    for (let id = 0; id < terms.length; id++) if (counts[id]! > 0) used.push(id);
    sortByTerm(used, terms);

    const starts = new Uint32Array(terms.length);
    let start = 0;
    for (const id of used) {
      starts[id] = start;
      start += counts[id]!;
    }
    const order = new Uint32Array(this.length);
    for (let i = 0; i < this.length; i++) order[starts[this.termIds[i]!]!++] = i;

    const encoded = new PostingListWriter();
    let position = 0;
    for (const id of used) {
      encoded.begin();
      for (const end = position + counts[id]!; position < end; position++) {
        const entry = order[position]!;
        encoded.add(this.chunkIds[entry]!, this.bytes[entry]!);
      }
      visit(terms[id]!, counts[id]!, encoded.view());
    }
  }

  private grow(minimum: number): void {
    const capacity = Math.max(this.termIds.length * 2, minimum);
    const [termIds, chunkIds, bytes] = [new Uint32Array(capacity), new Uint32Array(capacity), new Uint8Array(capacity)];
    termIds.set(this.termIds);
    chunkIds.set(this.chunkIds);
    bytes.set(this.bytes);
    [this.termIds, this.chunkIds, this.bytes] = [termIds, chunkIds, bytes];
  }
}

/** Sorts ids by their terms. Sorting the strings themselves is left to the engine, which is faster than any comparator. */
function sortByTerm(ids: number[], terms: readonly string[]): void {
  const idOf = new Map(ids.map((id) => [terms[id]!, id]));
  const sorted = [...idOf.keys()].sort();
  for (let i = 0; i < ids.length; i++) ids[i] = idOf.get(sorted[i]!)!;
}

export interface SegmentParts {
  readonly dimensions: number;
  readonly fileCount: number;
  readonly chunkCount: number;
  readonly termCount: number;
  /** Sum of the chunks' term counts as their records hold them. */
  readonly totalLength: number;
  readonly sections: Readonly<Record<Section, Uint8Array>>;
}

/** Puts the header before the sections. */
export function assembleSegment(parts: SegmentParts): Uint8Array<ArrayBuffer> {
  const sectionBytes = SECTIONS.reduce((sum, name) => sum + parts.sections[name].length, 0);
  const bytes = new Uint8Array(HEADER_BYTES + sectionBytes);
  const header = new DataView(bytes.buffer);
  const numbers = [
    SEGMENT_MAGIC,
    SEGMENT_VERSION,
    parts.dimensions,
    parts.fileCount,
    parts.chunkCount,
    parts.termCount,
  ];
  numbers.forEach((value, i) => header.setUint32(i * 4, value, true));
  header.setFloat64(24, parts.totalLength, true);
  let offset = HEADER_BYTES;
  SECTIONS.forEach((name, i) => {
    const section = parts.sections[name];
    bytes.set(section, offset);
    const entry = SECTION_TABLE_OFFSET + i * 12;
    header.setUint32(entry, offset, true);
    header.setUint32(entry + 4, section.length, true);
    header.setUint32(entry + 8, crc32(section), true);
    offset += section.length;
  });
  header.setUint32(HEADER_CHECKSUM_OFFSET, crc32(bytes.subarray(0, HEADER_CHECKSUM_OFFSET)), true);
  return bytes;
}
