/** The nouns that travel between rooms. Nothing here has behaviour. */

/** What a chunk mostly is, by name; `text` is prose or a window of lines without a definition. */
export const CHUNK_KINDS = [
  'class',
  'constant',
  'constructor',
  'enum',
  'field',
  'function',
  'interface',
  'macro',
  'method',
  'module',
  'section',
  'test',
  'text',
  'type',
] as const;

export type ChunkKind = (typeof CHUNK_KINDS)[number];

/** A contiguous line range of one file. Lines are 1-based and inclusive; the chunks of a file partition its lines. */
export interface Chunk {
  readonly startLine: number;
  readonly endLine: number;
  readonly kind: ChunkKind;
  /** Name of the first (or only) definition in the chunk; empty where there is none. */
  readonly symbol: string;
  /** Qualified name of what encloses the symbol, joined by `.`; empty at top level. */
  readonly parent: string;
  /** Every name the chunk defines, in source order, without duplicates; contains `symbol` when that is not empty. */
  readonly names: readonly string[];
}

/** Why a file of the tree is not in the index. Every skipped file has exactly one reason. */
export type SkipReason =
  | 'binary'
  | 'excluded'
  | 'generated'
  | 'lock-file'
  | 'minified'
  | 'nested-repository'
  | 'not-regular'
  | 'path-not-utf8'
  | 'secret'
  | 'symlink'
  | 'too-large'
  | 'undecodable'
  | 'unreadable'
  | 'vanished';

/** Order in which classes of files are indexed: a half-built index holds the source first. */
export type FileClass = 'source' | 'test' | 'docs' | 'data';

/** What `stat` says of a file; equal stamps mean that the content need not be read again. */
export interface FileStamp {
  readonly sizeBytes: number;
  /** Modification time in milliseconds since the epoch, with the fraction the file system keeps. */
  readonly mtimeMs: number;
  /** Inode change time in milliseconds since the epoch; betrays an edit that put the modification time back. */
  readonly ctimeMs: number;
}

/** A file that discovery found fit for indexing, before its content was looked at. */
export interface Candidate extends FileStamp {
  /** Relative to the root, `/` as separator, NFC untouched: exactly the bytes of the file system. */
  readonly path: string;
  readonly fileClass: FileClass;
}

/** A file (or nested repository) that is not indexed, and why. */
export interface SkippedFile {
  readonly path: string;
  readonly reason: SkipReason;
}

/** A file whose indexing failed: it was tried, and is tried again when it changes or with `--force`. */
export interface FailedFile {
  readonly path: string;
  readonly message: string;
}
