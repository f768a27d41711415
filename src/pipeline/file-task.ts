import type { FileStamp } from '../shared/model.js';
import type { SegmentCommit } from '../storage/store.js';

/** A file as it was when it was last looked at. */
export interface StampedPath extends FileStamp {
  readonly path: string;
}

/** A file to index. */
export interface FileTask extends StampedPath {
  /** True for a path that the index does not know. */
  readonly isNew: boolean;
  /** SHA-256 of the content in the index: when it is still the same, only the stamp is renewed. */
  readonly knownHash: Uint8Array | null;
}

/** The unit of work: one batch becomes one segment. */
export interface Batch {
  readonly files: readonly FileTask[];
  readonly bytes: number;
}

/** What came of a batch. A batch that was told to stop early has `processed` below its number of files. */
export interface BatchResult {
  readonly commit: Omit<SegmentCommit, 'removed'>;
  readonly processed: number;
  /** How many of those the index did not know before. */
  readonly processedNew: number;
  readonly processedBytes: number;
  /** Grammars that files of the batch needed and that could not be loaded, with the reason. */
  readonly missingGrammars: readonly (readonly [grammar: string, reason: string])[];
  /** Milliseconds of work by part of the work, for the report of what bounds a run. */
  readonly partsMs: Readonly<Record<WorkPart, number>>;
}

/** Parts of the work on a file. */
export type WorkPart = 'read' | 'chunk' | 'terms' | 'embed' | 'text' | 'segment';

/** Settings a thread needs; plain data, sent once. */
export interface IndexerSettings {
  readonly root: string;
  readonly maxFileBytes: number;
  readonly storeText: boolean;
  /** How git names contents here; absent where no repository is. */
  readonly gitObjectFormat?: 'sha1' | 'sha256' | undefined;
  readonly embedder: string;
  readonly grammarCacheDir: string;
  readonly chunkLimits: {
    readonly maxLines: number;
    readonly minLines: number;
    readonly maxChars: number;
    readonly maxParseBytes: number;
    readonly parseDeadlineMs: number;
  };
}
