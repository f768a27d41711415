import { createHash } from 'node:crypto';
import { closeSync, fstatSync, type Stats } from 'node:fs';
import { openTreeFile, readTreeFile } from '../discovery/tree-file.js';
import { isSystemError } from '../shared/errors.js';
import { isUnchanged } from '../shared/file-stamp.js';
import { isTreePath } from '../shared/tree-path.js';
import type { FileRecord, StoreReader } from '../storage/store.js';
import type { Freshness } from './search-result.js';

/** Larger files of the working tree are not read for a snippet: the path comes from the index, and may lead to anything. */
const MAX_READ_BYTES = 64 * 1024 * 1024;

/** The text behind hits: as it was indexed, or from the working tree where the index holds no text. */
export class IndexedText {
  constructor(
    readonly root: string,
    private readonly store: StoreReader,
  ) {}

  /** Undefined when the text is neither stored nor readable. */
  read(path: string): string | undefined {
    const stored = this.store.text(path);
    if (stored !== undefined) return stored;
    try {
      return readTreeFile(this.root, path, MAX_READ_BYTES)?.bytes.toString('utf8');
    } catch {
      return undefined;
    }
  }
}

/**
 * Compares an indexed file with the working tree: by its stamp, and by its content when the stamp differs or cannot be
 * trusted. A link in its place is not followed, as it is not when indexing, nor a path that leaves the tree; what cannot be
 * read any more counts as changed.
 */
export function checkFreshness(root: string, record: FileRecord | undefined): Freshness {
  if (record === undefined || !isTreePath(record.path)) return 'gone';
  try {
    const stat = statOf(root, record.path);
    if (stat.isDirectory()) return 'gone';
    if (!stat.isFile() || stat.size !== record.sizeBytes) return 'stale';
    if (isUnchanged(record, { sizeBytes: stat.size, mtimeMs: stat.mtimeMs, ctimeMs: stat.ctimeMs })) return 'fresh';
    const content = readTreeFile(root, record.path, MAX_READ_BYTES);
    if (content === undefined || record.contentHash === null) return 'stale';
    return createHash('sha256').update(content.bytes).digest().equals(record.contentHash) ? 'fresh' : 'stale';
  } catch (error) {
    const isGone = isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
    return isGone ? 'gone' : 'stale';
  }
}

function statOf(root: string, path: string): Stats {
  const descriptor = openTreeFile(root, path);
  try {
    return fstatSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
