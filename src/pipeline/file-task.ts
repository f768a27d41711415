import type { Candidate, FileStamp } from '../shared/model.js';
import type { SegmentCommit } from '../storage/store.js';
import type { FileClock } from './file-clock.js';

/** A file as it was when it was last looked at. */
export interface StampedPath extends FileStamp {
  readonly path: string;
}

/** A file to index. */
export interface FileTask extends Candidate {
  /** True for a path that the index does not know. */
  readonly isNew: boolean;
  /** SHA-256 of the content in the index: when it is still the same, only the stamp is renewed. */
  readonly knownHash: Uint8Array | null;
  /** True for a file that crashed or hung when it was last tried. */
  readonly wasGivenUp?: true;
}

/** The unit of work: one batch becomes one segment. */
export interface Batch {
  readonly files: readonly FileTask[];
  readonly bytes: number;
  /** Nothing else is in work: its one file may take whatever memory is left. */
  readonly isAlone?: boolean;
}

/** What came of a batch. A batch that was told to stop early has `processed` below its number of files. */
export interface BatchResult {
  readonly commit: Omit<SegmentCommit, 'removed'>;
  readonly processed: number;
  /** Why the batch ended early, when the next file was begun and needs more memory than was left. */
  readonly memoryShort?: string;
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

/** Resident memory of the process, in bytes, that a worker looks at while it works. */
export interface WorkerMemory {
  /** Above it a worker hands over what it has gathered. */
  readonly flushAboveBytes: number;
  /** Above it a parse is broken off. */
  readonly ceilingBytes: number;
  /** What one syntax tree may add while others are in work. */
  readonly treeBytes: number;
}

/** Settings a thread needs; plain data, sent once. */
export interface IndexerSettings {
  readonly root: string;
  readonly maxFileBytes: number;
  readonly fileClock?: FileClock;
  readonly storeText: boolean;
  /** How git names contents here; absent where no repository is. */
  readonly gitObjectFormat?: 'sha1' | 'sha256' | undefined;
  readonly embedder: string;
  readonly grammarCacheDir: string;
  readonly memory: WorkerMemory;
  readonly chunkLimits: {
    readonly maxLines: number;
    readonly minLines: number;
    readonly maxChars: number;
    readonly maxParseBytes: number;
    readonly parseDeadlineMs: number;
  };
}
