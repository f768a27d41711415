import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
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

/** Compares an indexed file with the working tree: by its stamp, and by its content when the stamp differs. */
export function checkFreshness(root: string, record: FileRecord | undefined): Freshness {
  if (record === undefined) return 'gone';
  const absolutePath = join(root, record.path);
  try {
    const stat = statSync(absolutePath);
    if (!stat.isFile()) return 'gone';
    if (stat.size !== record.sizeBytes) return 'stale';
    if (stat.mtimeMs === record.mtimeMs && stat.ctimeMs === record.ctimeMs) return 'fresh';
    const hash = createHash('sha256').update(readFileSync(absolutePath)).digest();
    return record.contentHash !== null && hash.equals(record.contentHash) ? 'fresh' : 'stale';
  } catch {
    return 'gone';
  }
}
