import { chmodSync, statSync } from 'node:fs';

/** One moment by two clocks: the one that gives files their times, and the one that never jumps. Milliseconds. */
export interface FileClock {
  readonly fileTimeMs: number;
  readonly monotonicMs: number;
}

/**
 * Reads the clock of the file system that holds a directory of ours. It is not the program's: a server keeps its own
 * time, and ours may be put forward or back at any moment. Undefined where the directory takes no new change time.
 */
export function readFileClock(directory: string): FileClock | undefined {
  try {
    // Gives the directory a new change time, and changes nothing else.
    chmodSync(directory, statSync(directory).mode & 0o7777);
    return { fileTimeMs: statSync(directory).ctimeMs, monotonicMs: monotonicMs() };
  } catch {
    return undefined;
  }
}

/**
 * The earliest that it can be by the clock of the files. Of two clocks that disagree the one that is behind is believed:
 * then files look newer than they are, and are read once more than needed; the other way round a change could be missed.
 */
export function earliestFileTime(clock: FileClock | undefined): number {
  if (clock === undefined) return Date.now();
  return Math.min(Date.now(), clock.fileTimeMs + monotonicMs() - clock.monotonicMs);
}

/** Shared by all threads and processes of a machine. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
