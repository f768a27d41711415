import type { FileStamp } from './model.js';

/** Modification time of a stamp that cannot be trusted: the content decides. */
export const UNKNOWN_MTIME_MS = 0;

/**
 * What was written this shortly before it was looked at may be written again without its times changing: kernels keep
 * file times in ticks of up to 10 ms.
 */
const RACY_WINDOW_MS = 50;

/** True where a stamp taken at `nowMs` may also be that of a later content. */
export function isRacy({ mtimeMs, ctimeMs }: Omit<FileStamp, 'sizeBytes'>, nowMs: number): boolean {
  return Math.max(mtimeMs, ctimeMs) > nowMs - RACY_WINDOW_MS;
}

/** True when the stamps are equal and the stored one can be trusted. */
export function isUnchanged(stored: FileStamp, current: FileStamp): boolean {
  return (
    stored.mtimeMs !== UNKNOWN_MTIME_MS &&
    stored.mtimeMs === current.mtimeMs &&
    stored.ctimeMs === current.ctimeMs &&
    stored.sizeBytes === current.sizeBytes
  );
}

/**
 * True where a file failed, is to be tried again although it is the same (memory was too short for it), and has not changed
 * since. That it will be tried again does not put an index behind its tree.
 */
export function isSameFailure(stored: FileStamp & { readonly state: string }, current: FileStamp): boolean {
  return (
    stored.state === 'failed' &&
    stored.mtimeMs === UNKNOWN_MTIME_MS &&
    stored.ctimeMs === current.ctimeMs &&
    stored.sizeBytes === current.sizeBytes
  );
}
