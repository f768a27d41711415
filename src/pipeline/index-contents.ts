import type { FailedFile } from '../shared/model.js';
import type { StoreReader } from '../storage/store.js';
import { indexDigest } from './index-digest.js';

/** What the files of an index say together. */
export interface IndexContents {
  readonly digest: string;
  /** Number of skipped files by reason, in alphabetical order. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Files that were tried and failed, in path order, whichever run tried them. */
  readonly failed: readonly FailedFile[];
}

/** Reads every file's row once. `fingerprint` is that of the settings which the digest is to speak of. */
export function readContents(reader: StoreReader, fingerprint: string): IndexContents {
  const failed: FailedFile[] = [];
  const counts = new Map<string, number>();
  function* digests(): Iterable<Uint8Array> {
    for (const { path, state, reason, digest } of reader.files()) {
      if (state === 'failed') failed.push({ path, message: reason });
      if (state === 'skipped') counts.set(reason, (counts.get(reason) ?? 0) + 1);
      if (digest !== null) yield digest;
    }
  }
  const digest = indexDigest(digests(), fingerprint);
  const skipped = Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { digest, skipped, failed };
}
