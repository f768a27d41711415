import type { FileStamp } from '../shared/model.js';
import type { TextSlice } from './text-blocks.js';

/** The state of an index directory, in words; `status` prints it with what to do. */
export type IndexState =
  | { readonly kind: 'missing' }
  /** A run is under way, or the last one did not finish; what is committed can be searched. */
  | { readonly kind: 'building'; readonly startedAt: string }
  | { readonly kind: 'ready'; readonly finishedAt: string }
  /** Built with other settings: the next run builds anew. */
  | { readonly kind: 'stale-settings'; readonly stored: string; readonly current: string }
  /** Written by a newer mind-index: this one must not touch it. */
  | { readonly kind: 'newer-version'; readonly found: number; readonly supported: number }
  | { readonly kind: 'corrupt'; readonly detail: string };

/** Random access to immutable bytes, such as one segment kept in pages. */
export interface ByteSource {
  readonly byteLength: number;
  /** The bytes [offset, offset + length). They never change, so they may be kept. */
  read(offset: number, length: number): Uint8Array;
}

/** One known file: indexed, skipped or failed. */
export interface FileRecord extends FileStamp {
  readonly path: string;
  readonly state: 'indexed' | 'skipped' | 'failed';
  /** SkipReason or failure message; empty for an indexed file. */
  readonly reason: string;
  /** SHA-256 of the raw bytes (32 bytes); null where the content was never read. */
  readonly contentHash: Uint8Array | null;
  /** Id of the content as a blob of git, in the format of the repository; null or absent where it is not known. */
  readonly gitOid?: Uint8Array | null;
  /** SHA-256 over path, content hash and chunks (32 bytes): the file's part in the index digest; null unless indexed. */
  readonly digest: Uint8Array | null;
  readonly chunkCount: number;
  /** Where the file's chunks are; 0 and 0 unless indexed. Segment ids start at 1. */
  readonly segmentId: number;
  /** Position among the files of its segment. */
  readonly ordinal: number;
}

/** What tells whether a known file has changed. */
export interface FileStampRecord extends FileStamp, Pick<FileRecord, 'path' | 'state' | 'reason'> {
  /** Whether there is a hash of its content. */
  readonly wasRead: boolean;
}

/** A file as a commit brings it: where it lands follows from its place in `SegmentCommit.files`. */
export interface FileCommit extends Omit<FileRecord, 'segmentId' | 'ordinal' | 'state' | 'reason'> {
  /** Where the text is in the commit's `textBlocks`; absent with `--no-store-text`. */
  readonly text?: TextSlice;
}

/** A file that holds no chunks: skipped or failed. */
export interface UnindexedFile extends FileStamp {
  readonly path: string;
  readonly state: 'skipped' | 'failed';
  readonly reason: string;
  readonly contentHash: Uint8Array | null;
  readonly gitOid?: Uint8Array | null;
}

/** One atomic step of a run: everything in it becomes visible together, or nothing does. */
export interface SegmentCommit {
  /** Serialised segment; its files are `files` in the same order. Absent when no file of the batch has chunks. */
  readonly segment?: Uint8Array;
  readonly chunkCount: number;
  /** Compressed texts as `TextBlockWriter` makes them; each byte of a block belongs to one of `files`. */
  readonly textBlocks: readonly Uint8Array[];
  readonly files: readonly FileCommit[];
  readonly unindexed: readonly UnindexedFile[];
  /** Files found equal: only their stamp changes, and their id in git where one is given. */
  readonly restamped: readonly ({ readonly path: string; readonly gitOid?: Uint8Array | null } & FileStamp)[];
  /** Paths that are gone. */
  readonly removed: readonly string[];
}

/** One immutable segment as the store knows it. */
export interface SegmentInfo {
  readonly id: number;
  readonly byteLength: number;
  readonly fileCount: number;
  readonly chunkCount: number;
  /** Settings fingerprint it was built with; vectors of another fingerprint are never compared. */
  readonly fingerprint: string;
}

/** What identifies a run while it is under way. */
export interface RunStart {
  readonly startedAt: string;
  /** Settings that affect content; see `config`. */
  readonly fingerprint: string;
  /** Embedder identity, for people. */
  readonly embedder: string;
  /** The settings behind the fingerprint as a JSON object, so that another machine can say which of them differs. */
  readonly contentSettings?: string;
}

/** A run as it is stored: `running` is under way or was killed, `suspended` was interrupted. */
export interface StoredRun {
  readonly id: number;
  readonly startedAt: string;
  readonly finishedAt: string | undefined;
  readonly outcome: 'running' | 'complete' | 'suspended';
  /** JSON; undefined while the run has not ended. */
  readonly summary: string | undefined;
}

/** What is kept of a run that ends: `summary` and `trace` as JSON. */
export interface RunEnd {
  readonly finishedAt: string;
  readonly summary: string;
  readonly trace?: string;
}

/** What is kept of a complete run. */
export interface RunFinish extends RunEnd {
  readonly digest: string;
  /** What the discovery of the run hangs on, for whoever looks whether the tree has changed; opaque here. */
  readonly footprint?: Uint8Array;
}

/** When small or half-dead segments are rewritten into one. */
export interface MergePolicy {
  /** Segments below this size count as small. */
  readonly smallSegmentBytes: number;
  /** More small segments than this are merged. */
  readonly maxSmallSegments: number;
  /** A segment with a larger share of replaced files is rewritten. */
  readonly maxDeadShare: number;
  /** Upper bound of a merge's input: bounds its memory. */
  readonly maxMergeBytes: number;
  /** Steps that one call may take, each a transaction of its own; all where absent. */
  readonly maxSteps?: number;
}

/** The one writer of an index. Every call is one transaction; after it returns, a kill loses nothing of it. */
export interface StoreWriter {
  beginRun(run: RunStart): Promise<void>;
  commit(commit: SegmentCommit): Promise<void>;
  /**
   * Merges by policy until nothing is left to merge (`isDone`) or the steps are taken; returns how many segments there
   * were before and after. Once done, free space and the log are given back: `totals` tells the lasting size.
   */
  merge(policy: MergePolicy): Promise<{ readonly from: number; readonly to: number; readonly isDone: boolean }>;
  /** Marks the index complete. */
  finishRun(run: RunFinish): Promise<void>;
  /** Keeps what an interrupted run tells; the index stays `building`. */
  suspendRun(run: RunEnd): Promise<void>;
  close(): Promise<void>;
}

/** Reads a published generation. Readers never wait for the writer. */
export interface StoreReader {
  /** Grows by one with every committed transaction that changes content. */
  generation(): number;
  /** Settings fingerprint and embedder of the last begun run. */
  settings(): { readonly fingerprint: string; readonly embedder: string };
  segments(): readonly SegmentInfo[];
  openSegment(id: number): ByteSource;
  /** Ordinals of files in the segment that were replaced or deleted since. */
  deadFiles(segmentId: number): ReadonlySet<number>;
  /** All known files in path order (byte order of UTF-8). */
  files(): IterableIterator<FileRecord>;
  file(path: string): FileRecord | undefined;
  /** All known files without their hashes, which cost twice as much as the rest; in no particular order. */
  stamps(): IterableIterator<FileStampRecord>;
  /** The text as committed; undefined when it is not stored. A string: what callers work on, and nothing they could spoil. */
  text(path: string): string | undefined;
  /** JSON summary of the last finished or suspended run. */
  lastRun(): string | undefined;
  /** The remembered runs, newest first; those before them are forgotten. */
  runs(): readonly StoredRun[];
  /** JSON trace of a run; undefined where none is kept. */
  trace(runId: number): string | undefined;
  /** What became of the run begun last: `running` also where it was killed; undefined where there was none. */
  lastOutcome(): 'running' | 'complete' | 'suspended' | undefined;
  /** As the last run left it; undefined where that is not complete or left none. */
  footprint(): Uint8Array | undefined;
  totals(): { readonly files: number; readonly chunks: number; readonly bytes: number; readonly indexBytes: number };
  /** Runs `work` against one generation, whatever is committed meanwhile. */
  snapshot<T>(work: () => T): T;
  close(): void;
}
