import { SegmentReader } from '../storage/segment-reader.js';
import type { SegmentInfo, StoreReader } from '../storage/store.js';

/** One segment as searching sees it: its reader, what of it is dead, and where its chunks are in the global order. */
export interface SegmentView {
  readonly info: SegmentInfo;
  readonly reader: SegmentReader;
  readonly dead: ReadonlySet<number>;
  /** Numbers of chunks and files in the segments before this one. */
  readonly firstChunk: number;
  readonly firstFile: number;
}

/** A chunk of some segment. */
export interface ChunkRef {
  readonly view: SegmentView;
  /** Position of the segment among the views. */
  readonly index: number;
  /** Number of the chunk inside its segment. */
  readonly chunk: number;
}

/** All segments of one generation. Chunks are numbered through, segment after segment. */
export class SegmentViews {
  readonly views: readonly SegmentView[];
  readonly chunkCount: number;
  readonly fileCount: number;
  /** Mean number of term occurrences of a chunk; at least 1. */
  readonly averageLength: number;
  /** Mean number of chunks of a file: files are measured in chunks, which are of nearly one size; at least 1. */
  readonly averageFileChunks: number;

  constructor(store: StoreReader, previous?: SegmentViews) {
    const known = new Map(previous?.views.map((view) => [view.info.id, view]));
    let firstChunk = 0;
    let totalLength = 0;
    let fileCount = 0;
    this.views = store.segments().map((info) => {
      const reader = known.get(info.id)?.reader ?? new SegmentReader(store.openSegment(info.id));
      const view = { info, reader, dead: store.deadFiles(info.id), firstChunk, firstFile: fileCount };
      firstChunk += reader.chunkCount;
      totalLength += reader.totalLength;
      fileCount += reader.fileCount;
      return view;
    });
    this.chunkCount = firstChunk;
    this.fileCount = fileCount;
    this.averageLength = Math.max(1, totalLength / Math.max(1, firstChunk));
    this.averageFileChunks = Math.max(1, firstChunk / Math.max(1, fileCount));
  }

  /** The segment and local number of a chunk given by its global number. */
  locate(globalChunk: number): ChunkRef {
    const index = this.lastBefore(globalChunk, ({ firstChunk }) => firstChunk);
    const view = this.views[index]!;
    return { view, index, chunk: globalChunk - view.firstChunk };
  }

  /** The segment and local number of a file given by its number over all segments. */
  locateFile(globalFile: number): { readonly view: SegmentView; readonly file: number } {
    const view = this.views[this.lastBefore(globalFile, ({ firstFile }) => firstFile)]!;
    return { view, file: globalFile - view.firstFile };
  }

  /** Position of the last segment that begins at or before a number. */
  private lastBefore(number: number, beginOf: (view: SegmentView) => number): number {
    let low = 0;
    let high = this.views.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (beginOf(this.views[middle]!) <= number) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** True unless the file was replaced or deleted since the segment was written. */
export function isAlive(view: SegmentView, file: number): boolean {
  return view.dead.size === 0 || !view.dead.has(file);
}
