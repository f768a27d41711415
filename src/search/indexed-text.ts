import { createHash } from 'node:crypto';
import { closeSync, fstatSync, type Stats } from 'node:fs';
import { openTreeFile, readTreeFile } from '../discovery/tree-file.js';
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
 * Compares an indexed file with the working tree: by its stamp, and by its content when the stamp differs. A path that leaves
 * the tree is `gone`, whatever is there.
 */
export function checkFreshness(root: string, record: FileRecord | undefined): Freshness {
  if (record === undefined) return 'gone';
  try {
    const stat = statOf(root, record.path);
    if (!stat.isFile()) return 'gone';
    if (stat.size !== record.sizeBytes) return 'stale';
    if (stat.mtimeMs === record.mtimeMs && stat.ctimeMs === record.ctimeMs) return 'fresh';
    const content = readTreeFile(root, record.path, MAX_READ_BYTES);
    if (content === undefined || record.contentHash === null) return 'stale';
    return createHash('sha256').update(content.bytes).digest().equals(record.contentHash) ? 'fresh' : 'stale';
  } catch {
    return 'gone';
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
