import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSystemError } from '../shared/errors.js';
import { isUnchanged } from '../shared/file-stamp.js';
import type { FileRecord, StoreReader } from '../storage/store.js';
import type { Freshness } from './search-result.js';

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
      return readFileSync(join(this.root, path), 'utf8');
    } catch {
      return undefined;
    }
  }
}

/**
 * Compares an indexed file with the working tree: by its stamp, and by its content when the stamp differs or cannot be
 * trusted. A link in its place is not followed, as it is not when indexing; what cannot be read any more counts as changed.
 */
export function checkFreshness(root: string, record: FileRecord | undefined): Freshness {
  if (record === undefined) return 'gone';
  const absolutePath = join(root, record.path);
  try {
    const stat = lstatSync(absolutePath);
    if (stat.isDirectory()) return 'gone';
    if (!stat.isFile() || stat.size !== record.sizeBytes) return 'stale';
    if (isUnchanged(record, { sizeBytes: stat.size, mtimeMs: stat.mtimeMs, ctimeMs: stat.ctimeMs })) return 'fresh';
    const hash = createHash('sha256').update(readFileSync(absolutePath)).digest();
    return record.contentHash !== null && hash.equals(record.contentHash) ? 'fresh' : 'stale';
  } catch (error) {
    const isGone = isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
    return isGone ? 'gone' : 'stale';
  }
}
