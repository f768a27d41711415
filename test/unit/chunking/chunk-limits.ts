import type { ChunkLimits } from '../../../src/chunking/chunker.js';

/** Limits under which a file of a screenful is one chunk. */
export const CHUNK_LIMITS: ChunkLimits = {
  maxLines: 60,
  minLines: 12,
  maxChars: 2400,
  maxParseBytes: 1_048_576,
  parseDeadlineMs: 5_000,
};
