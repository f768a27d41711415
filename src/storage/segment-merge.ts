import { forEachPosting, PostingListWriter } from './posting-list.js';
import { ByteWriter } from './segment-format.js';
import { DictionaryWriter, assembleSegment, writeChunkRecord } from './segment-builder.js';
import { SegmentReader, type TermEntry } from './segment-reader.js';
import { errors } from '../shared/errors.js';
import type { ByteSource } from './store.js';

/** A segment to merge, and the ordinals of its files that are no longer alive. */
export interface MergeInput {
  readonly source: ByteSource;
  readonly dead: ReadonlySet<number>;
}

/** The merged segment, and where each input's files went. */
export interface MergeOutput {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly fileCount: number;
  readonly chunkCount: number;
  /** `placements[input][old ordinal]` is the new ordinal, or -1 for a dead file. */
  readonly placements: readonly Int32Array[];
}

interface Part {
  readonly reader: SegmentReader;
  /** New file ordinal of each old one, or -1. */
  readonly files: Int32Array;
  /** New chunk number of each old one, or -1. */
  readonly chunks: Int32Array;
}

/**
 * Rewrites segments as one, leaving dead files out. All inputs must have vectors of the same dimensions. Throws
 * `segment-corrupt` for an input that does not match its checksums: the result would hide the damage behind new ones.
 */
export function mergeSegments(inputs: readonly MergeInput[]): MergeOutput {
  const sections = { files: new ByteWriter(), chunks: new ByteWriter(), strings: new ByteWriter() };
  const vectors = new ByteWriter(1 << 16);
  const bits = new ByteWriter(1 << 14);
  const parts: Part[] = [];
  let fileCount = 0;
  let chunkCount = 0;
  let totalLength = 0;

  for (const input of inputs) {
    const reader = new SegmentReader(input.source);
    const [damage] = reader.verify();
    if (damage !== undefined) throw errors.segmentCorrupt(damage);
    reader.checkOrder();
    if (reader.dimensions !== (parts[0]?.reader ?? reader).dimensions) {
      throw errors.segmentCorrupt(`its vectors have ${reader.dimensions} dimensions, others have not`);
    }
    const part: Part = {
      reader,
      files: new Int32Array(reader.fileCount).fill(-1),
      chunks: new Int32Array(reader.chunkCount).fill(-1),
    };
    parts.push(part);
    for (let file = 0; file < reader.fileCount; file++) {
      if (input.dead.has(file)) continue;
      part.files[file] = fileCount;
      sections.files.u32(sections.strings.length);
      sections.files.u16(sections.strings.utf8(reader.path(file)));
      sections.files.u16(0);
      sections.files.u32(chunkCount);
      const [first, end] = reader.chunksOf(file);
      for (let chunk = first; chunk < end; chunk++) {
        part.chunks[chunk] = chunkCount++;
        totalLength += reader.termCountOf(chunk);
        copyChunk(reader, chunk, fileCount, sections.chunks, sections.strings);
      }
      if (end > first && reader.dimensions > 0) {
        vectors.append(reader.vectors(first, end - first));
        bits.append(reader.bits(first, end - first));
      }
      fileCount++;
    }
  }

  const dictionary = new DictionaryWriter();
  mergeTerms(parts, dictionary);
  const bytes = assembleSegment({
    dimensions: parts[0]?.reader.dimensions ?? 0,
    fileCount,
    chunkCount,
    termCount: dictionary.termCount,
    totalLength,
    sections: {
      files: sections.files.view(),
      chunks: sections.chunks.view(),
      strings: sections.strings.view(),
      blocks: dictionary.blocks.view(),
      terms: dictionary.terms.view(),
      postings: dictionary.postings.view(),
      vectors: vectors.view(),
      bits: bits.view(),
    },
  });
  return { bytes, fileCount, chunkCount, placements: parts.map((part) => part.files) };
}

function copyChunk(reader: SegmentReader, chunk: number, file: number, chunks: ByteWriter, strings: ByteWriter): void {
  const namesOffset = strings.length;
  const namesLength = strings.utf8(reader.encodedNames(chunk));
  writeChunkRecord(chunks, {
    file,
    startLine: reader.startLine(chunk),
    endLine: reader.endLine(chunk),
    termCount: reader.termCountOf(chunk),
    kind: reader.kindCode(chunk),
    namesOffset,
    namesLength,
  });
}

/** A k-way merge of the sorted dictionaries; within a term the parts follow each other, so chunk numbers ascend. */
function mergeTerms(parts: readonly Part[], dictionary: DictionaryWriter): void {
  const heads = parts.map((part) => ({ part, terms: part.reader.terms(), entry: undefined as TermEntry | undefined }));
  const advance = (head: (typeof heads)[number]) => {
    const next = head.terms.next();
    head.entry = next.done ? undefined : next.value;
  };
  heads.forEach(advance);
  const encoded = new PostingListWriter();
  for (;;) {
    let term: string | undefined;
    for (const { entry } of heads)
      if (entry !== undefined && (term === undefined || entry.term < term)) term = entry.term;
    if (term === undefined) return;
    encoded.begin();
    for (const head of heads) {
      if (head.entry?.term !== term) continue;
      const { part, entry } = head;
      forEachPosting(part.reader.postings(entry), part.reader.chunkCount, (oldChunk, posting) => {
        const chunk = part.chunks[oldChunk]!;
        if (chunk >= 0) encoded.add(chunk, posting);
      });
      advance(head);
    }
    if (encoded.count > 0) dictionary.add(term, encoded.count, encoded.view());
  }
}
