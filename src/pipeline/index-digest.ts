import { createHash } from 'node:crypto';
import type { Chunk } from '../shared/model.js';

/** What the digest says of a chunk. */
export type DigestedChunk = Pick<Chunk, 'startLine' | 'endLine' | 'kind' | 'symbol'>;

/** A file's part in the index digest: SHA-256 over its path, the hash of its content, and its chunks in order. */
export function fileDigest(path: string, contentHash: Uint8Array, chunks: readonly DigestedChunk[]): Uint8Array {
  const hash = createHash('sha256').update(path).update('\0').update(contentHash);
  let lines = '';
  for (const chunk of chunks) lines += `${chunk.startLine} ${chunk.endLine} ${chunk.kind} ${chunk.symbol}\n`;
  return hash.update(lines).digest();
}

/**
 * The index digest: SHA-256 over the digests of the indexed files in path order, then the fingerprint of the settings
 * that affect content. Two levels, so that a run over 100,000 files of which one changed hashes one file's chunks.
 */
export function indexDigest(digests: Iterable<Uint8Array>, fingerprint: string): string {
  const hash = createHash('sha256');
  for (const digest of digests) hash.update(digest);
  return hash.update(fingerprint).digest('hex');
}
