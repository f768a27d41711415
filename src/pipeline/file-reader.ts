import { closeSync, fstatSync, readSync } from 'node:fs';
import { openTreeFile } from '../discovery/tree-file.js';
import type { FileStamp, SkipReason } from '../shared/model.js';
import { isSystemError } from '../shared/errors.js';
import { UNKNOWN_MTIME_MS, isRacy } from '../shared/file-stamp.js';

/** The content of a file with the stamp that belongs to it, or why it has none. */
export type FileContent =
  | {
      readonly kind: 'content';
      /** Valid until the next call. */
      readonly bytes: Buffer;
      readonly stamp: FileStamp;
    }
  | { readonly kind: 'skip'; readonly reason: SkipReason };

/**
 * Reads a whole regular file of the tree at `root` (a real path). The stamp is taken before the first byte, so that a file
 * that changes while it is read is found changed by the next run. Neither a link (in the place of the file or of a directory
 * above it) nor a FIFO is followed or waited for. `nowMs` is the time by the clock that gives files their times, or earlier.
 */
export function readContent(root: string, path: string, maxBytes: number, nowMs = Date.now()): FileContent {
  let descriptor: number;
  try {
    descriptor = openTreeFile(root, path);
  } catch (error) {
    return { kind: 'skip', reason: reasonOf(error) };
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return { kind: 'skip', reason: 'not-regular' };
    if (stat.size > maxBytes) return { kind: 'skip', reason: 'too-large' };
    const bytes = readAll(descriptor, stat.size, maxBytes);
    if (bytes === undefined) return { kind: 'skip', reason: 'too-large' };
    return {
      kind: 'content',
      bytes,
      stamp: {
        sizeBytes: stat.size,
        mtimeMs: isRacy(stat, nowMs) ? UNKNOWN_MTIME_MS : stat.mtimeMs,
        ctimeMs: stat.ctimeMs,
      },
    };
  } catch (error) {
    return { kind: 'skip', reason: reasonOf(error) };
  } finally {
    closeSync(descriptor);
  }
}

/** One buffer for all files of a thread: fresh memory for each would cost more than reading into it. */
let buffer = Buffer.allocUnsafeSlow(64 * 1024);

/** Everything up to the end of the file, which may have moved since `expectedBytes` was read; undefined beyond the limit. */
function readAll(descriptor: number, expectedBytes: number, maxBytes: number): Buffer | undefined {
  if (buffer.length <= expectedBytes) buffer = Buffer.allocUnsafeSlow(expectedBytes + 1);
  let length = 0;
  for (;;) {
    const room = buffer.length - length;
    const count = readSync(descriptor, buffer, length, room, null);
    length += count;
    if (length > maxBytes) return undefined;
    // A regular file gives less than was asked for only at its end.
    if (count < room) return buffer.subarray(0, length);
    buffer = Buffer.concat([buffer, Buffer.allocUnsafeSlow(buffer.length)]);
  }
}

function reasonOf(error: unknown): SkipReason {
  if (!isSystemError(error)) throw error;
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'vanished';
    case 'ELOOP':
    case 'EMLINK':
      return 'symlink';
    case 'ENXIO':
      return 'not-regular';
    case undefined:
    default:
      return 'unreadable';
  }
}
