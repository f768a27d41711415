import { crc32 } from 'node:zlib';
import { errors } from '../shared/errors.js';
import {
  BLOCK_RECORD_BYTES,
  CHUNK_RECORD_BYTES,
  FILE_RECORD_BYTES,
  HEADER_BYTES,
  HEADER_CHECKSUM_OFFSET,
  SECTIONS,
  SECTION_TABLE_OFFSET,
  SEGMENT_MAGIC,
  SEGMENT_VERSION,
  TERMS_PER_BLOCK,
  type Section,
} from './segment-format.js';
import type { ByteSource } from './store.js';

/** Where a section is in its segment. */
export interface SectionRange {
  readonly offset: number;
  readonly byteLength: number;
  readonly checksum: number;
}

/** What the header of a segment says, as far as its numbers agree with each other. */
export interface SegmentHeader {
  readonly dimensions: number;
  readonly fileCount: number;
  readonly chunkCount: number;
  readonly termCount: number;
  /** Sum of the term counts of all chunks. */
  readonly totalLength: number;
  readonly ranges: Readonly<Record<Section, SectionRange>>;
}

/** Terms of a chunk are counted up to here: two bytes. */
const MAX_TERM_COUNT = 65_535;

/** Reads the header of a segment; throws `segment-corrupt` when it cannot be one. */
export function readHeader(source: ByteSource): SegmentHeader {
  if (source.byteLength < HEADER_BYTES) throw errors.segmentCorrupt('it is shorter than its header');
  const bytes = source.read(0, HEADER_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== SEGMENT_MAGIC) throw errors.segmentCorrupt('its header does not begin a segment');
  const version = view.getUint32(4, true);
  if (version !== SEGMENT_VERSION) throw errors.segmentCorrupt(`its version ${version} is not known`);
  if (crc32(bytes.subarray(0, HEADER_CHECKSUM_OFFSET)) !== view.getUint32(HEADER_CHECKSUM_OFFSET, true)) {
    throw errors.segmentCorrupt('its header does not match its checksum');
  }
  const ranges = SECTIONS.map((name, i) => [
    name,
    readRange(view, SECTION_TABLE_OFFSET + i * 12, source.byteLength, name),
  ]);
  const header: SegmentHeader = {
    dimensions: view.getUint32(8, true),
    fileCount: view.getUint32(12, true),
    chunkCount: view.getUint32(16, true),
    termCount: view.getUint32(20, true),
    totalLength: view.getFloat64(24, true),
    ranges: Object.fromEntries(ranges) as Record<Section, SectionRange>,
  };
  checkSizes(header);
  return header;
}

function readRange(view: DataView, entry: number, sourceBytes: number, name: Section): SectionRange {
  const offset = view.getUint32(entry, true);
  const byteLength = view.getUint32(entry + 4, true);
  if (offset + byteLength > sourceBytes) throw errors.segmentCorrupt(`section \`${name}\` reaches beyond its end`);
  return { offset, byteLength, checksum: view.getUint32(entry + 8, true) };
}

function checkSizes({ dimensions, fileCount, chunkCount, termCount, totalLength, ranges }: SegmentHeader): void {
  const expected: Partial<Record<Section, number>> = {
    files: fileCount * FILE_RECORD_BYTES,
    chunks: chunkCount * CHUNK_RECORD_BYTES,
    blocks: Math.ceil(termCount / TERMS_PER_BLOCK) * BLOCK_RECORD_BYTES,
    vectors: chunkCount * dimensions,
    bits: (chunkCount * dimensions) / 8,
  };
  for (const [name, byteLength] of Object.entries(expected)) {
    const found = ranges[name as Section].byteLength;
    if (found !== byteLength) throw errors.segmentCorrupt(`section \`${name}\` has ${found} bytes, not ${byteLength}`);
  }
  if (!(totalLength >= 0 && totalLength <= chunkCount * MAX_TERM_COUNT)) {
    throw errors.segmentCorrupt(`${totalLength} is no number of terms of ${chunkCount} chunks`);
  }
}
