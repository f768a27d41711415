import fc from 'fast-check';
import type { Chunk } from '../../../src/shared/model.js';
import { MAX_BODY_COUNT } from '../../../src/shared/posting.js';
import { SegmentBuilder } from '../../../src/storage/segment-builder.js';
import { KIND_CODES } from '../../../src/storage/segment-format.js';
import { forEachPosting } from '../../../src/storage/posting-list.js';
import type { SegmentReader } from '../../../src/storage/segment-reader.js';
import type { ByteSource } from '../../../src/storage/store.js';

/** A chunk as a test says it: terms with their posting bytes, and a vector. */
export interface SampleChunk {
  readonly chunk: Chunk;
  readonly postings: ReadonlyMap<string, number>;
  readonly length: number;
  readonly vector: Int8Array;
}

/** A file as a test says it. */
export interface SampleFile {
  readonly path: string;
  readonly chunks: readonly SampleChunk[];
}

export const DIMENSIONS = 16;

const text = (maxLength: number) =>
  fc.string({ unit: 'binary', maxLength }).map((value) => value.replaceAll('\0', '0'));
const name = fc.oneof(
  fc.constantFrom('Basket', 'weigh', 'total', 'Größe', '苹果🍎'),
  text(6).filter((value) => value !== ''),
);
/** Terms that share prefixes, also inside surrogate pairs, since dictionaries are front-coded. */
const term = fc.oneof(
  fc.constantFrom('apple', 'appl', 'applepie', 'apples', 'pear', 'pearl', '苹果', '🍎', '🍏', '🍏x', 'ａ', 'z'),
  fc.nat({ max: 60 }).map((n) => `fruit${n.toString(2)}`),
  text(5).filter((value) => value !== ''),
);

const chunk: fc.Arbitrary<Chunk> = fc
  .record({
    startLine: fc.integer({ min: 1, max: 0xffff_ffff }),
    endLine: fc.integer({ min: 1, max: 0xffff_ffff }),
    kind: fc.constantFrom(...KIND_CODES),
    parent: fc.oneof(fc.constant(''), name),
    names: fc.uniqueArray(name, { maxLength: 3 }),
  })
  .map((parts) => ({ ...parts, symbol: parts.names[0] ?? '' }));

const posting = fc
  .tuple(fc.integer({ min: 0, max: MAX_BODY_COUNT }), fc.integer({ min: 0, max: 15 }))
  .map(([body, fields]) => Math.max(1, (fields << 4) | body));

const sampleChunk: fc.Arbitrary<SampleChunk> = fc.record({
  chunk,
  postings: fc
    .uniqueArray(fc.tuple(term, posting), { maxLength: 25, selector: ([value]) => value })
    .map((entries) => new Map(entries)),
  length: fc.oneof(fc.nat({ max: 500 }), fc.integer({ min: 65_000, max: 70_000 })),
  vector: fc.int8Array({ minLength: DIMENSIONS, maxLength: DIMENSIONS }),
});

/** Any files; paths need not be sorted. */
export const sampleFiles: fc.Arbitrary<readonly SampleFile[]> = fc.array(
  fc.record({ path: text(12), chunks: fc.array(sampleChunk, { maxLength: 4 }) }),
  { maxLength: 6 },
);

/** Adds files to a builder; ids of terms come from a vocabulary that they share. */
export class SampleWriter {
  readonly terms: string[] = [];
  private readonly ids = new Map<string, number>();

  constructor(readonly builder: SegmentBuilder = new SegmentBuilder(DIMENSIONS)) {}

  add({ path, chunks }: SampleFile): void {
    this.builder.beginFile(path);
    for (const { chunk, postings, length, vector } of chunks) {
      const ids = Uint32Array.from(postings.keys(), (value) => this.idOf(value));
      this.builder.addChunk(chunk, { ids, postings: Uint8Array.from(postings.values()), length }, vector);
    }
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.builder.finish(this.terms);
  }

  private idOf(value: string): number {
    const known = this.ids.get(value);
    if (known !== undefined) return known;
    this.ids.set(value, this.terms.length);
    return this.terms.push(value) - 1;
  }
}

export function segmentOf(files: readonly SampleFile[]): Uint8Array<ArrayBuffer> {
  const writer = new SampleWriter();
  for (const file of files) writer.add(file);
  return writer.finish();
}

export function sourceOf(bytes: Uint8Array): ByteSource {
  return { byteLength: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/** Everything that a reader tells of a segment, as plain values. */
export function contentOf(reader: SegmentReader) {
  const files = Array.from({ length: reader.fileCount }, (_, file) => ({
    path: reader.path(file),
    chunks: reader.chunksOf(file),
  }));
  const chunks = Array.from({ length: reader.chunkCount }, (_, number) => ({
    file: reader.fileOf(number),
    startLine: reader.startLine(number),
    endLine: reader.endLine(number),
    kind: reader.kind(number),
    ...reader.names(number),
    termCount: reader.termCountOf(number),
    vector: [...new Int8Array(reader.vectors(number, 1).slice().buffer)],
    bits: [...reader.bits(number, 1)],
  }));
  const terms = [...reader.terms()].map((entry) => {
    const postings: [chunk: number, posting: number][] = [];
    forEachPosting(reader.postings(entry), reader.chunkCount, (number, value) => postings.push([number, value]));
    return { term: entry.term, documentFrequency: entry.documentFrequency, postings };
  });
  return {
    dimensions: reader.dimensions,
    totalLength: reader.totalLength,
    termCount: reader.termCount,
    files,
    chunks,
    terms,
  };
}

/** The same, worked out from the files without a segment. */
export function expectedContent(files: readonly SampleFile[]): ReturnType<typeof contentOf> {
  const chunks = files.flatMap((file, number) => file.chunks.map((sample) => ({ ...sample, file: number })));
  const postings = new Map<string, [chunk: number, posting: number][]>();
  chunks.forEach((sample, number) => {
    for (const [value, byte] of sample.postings) postings.set(value, [...(postings.get(value) ?? []), [number, byte]]);
  });
  let first = 0;
  return {
    dimensions: DIMENSIONS,
    totalLength: chunks.reduce((sum, { length }) => sum + Math.min(length, 0xffff), 0),
    termCount: postings.size,
    files: files.map(({ path, chunks: own }) => ({ path, chunks: [first, (first += own.length)] as const })),
    chunks: chunks.map(({ file, chunk: { startLine, endLine, kind, parent, names }, length, vector }) => ({
      ...{ file, startLine, endLine, kind, parent, names },
      termCount: Math.min(length, 0xffff),
      vector: [...vector],
      bits: signBits(vector),
    })),
    terms: [...postings]
      .map(([value, list]) => ({ term: value, documentFrequency: list.length, postings: list }))
      .sort((a, b) => (a.term < b.term ? -1 : 1)),
  };
}

function signBits(vector: Int8Array): number[] {
  return Array.from({ length: vector.length / 8 }, (_, byte) =>
    vector.slice(byte * 8, byte * 8 + 8).reduce((bits, value, i) => bits | (value > 0 ? 1 << i : 0), 0),
  );
}
