import { closeSync, constants, lstatSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createPrivateFile } from './private-file.js';

/** Name of the notes in the index directory. */
export const WORK_NOTES_FILE = 'in-work';

/**
 * One slot per thread: the length of a path in two bytes, then the path. A slot is a page, so that a note is written as
 * a whole whenever the process is killed, and longer than any path that Linux opens.
 */
const SLOT_BYTES = 4096;
const LENGTH_BYTES = 2;

/** No run has so many threads; what is longer was not written by us. */
const MAX_NOTES_BYTES = 4096 * SLOT_BYTES;

/**
 * Notes which file a thread works on, where they outlive the process: native code that crashes takes all threads with
 * it, and nobody else could tell the next run which file it was. One small write into the page cache per file, never
 * synced: a power cut may lose notes, which costs a second crash at most.
 */
export class WorkNotes {
  private descriptor: number | undefined;
  private readonly buffer = Buffer.alloc(SLOT_BYTES);
  private isUseless = false;

  /** The slot is this thread's alone. Nothing is opened before the first note. */
  constructor(
    private readonly indexDir: string,
    private readonly slot: number,
  ) {}

  /** The thread begins to work on a file; its former note is gone. */
  begin(path: string): void {
    const length = this.buffer.write(path, LENGTH_BYTES);
    this.buffer.writeUInt16LE(length, 0);
    this.write(LENGTH_BYTES + length);
  }

  /** The thread works on no file. */
  clear(): void {
    this.buffer.writeUInt16LE(0, 0);
    this.write(LENGTH_BYTES);
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
    this.isUseless = true;
  }

  /** Notes are for the day of a crash: a disk that takes none must not fail the work of this one. */
  private write(bytes: number): void {
    if (this.isUseless) return;
    try {
      this.descriptor ??= openSync(join(this.indexDir, WORK_NOTES_FILE), constants.O_WRONLY);
      writeSync(this.descriptor, this.buffer, 0, bytes, this.slot * SLOT_BYTES);
    } catch {
      this.close();
    }
  }
}

/** Makes place for the notes of a new run; those of the last one are gone. The caller holds the lock. */
export function beginWorkNotes(indexDir: string): void {
  endWorkNotes(indexDir);
  try {
    createPrivateFile(join(indexDir, WORK_NOTES_FILE));
  } catch {
    // A full disk: the first commit will say so.
  }
}

/** The run came to its end in order: nobody is suspected. */
export function endWorkNotes(indexDir: string): void {
  try {
    rmSync(join(indexDir, WORK_NOTES_FILE), { force: true });
  } catch {
    // Notes that stay cost the next run a suspicion, which it clears.
  }
}

/** Paths that were in work when a run ended without an end. They are hints, whoever wrote them: use them to look up files only. */
export function readWorkNotes(indexDir: string): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const slot of slotsOf(indexDir)) {
    const length = slot.length < LENGTH_BYTES ? 0 : slot.readUInt16LE(0);
    if (length > 0 && LENGTH_BYTES + length <= slot.length) {
      paths.add(slot.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + length));
    }
  }
  return paths;
}

function slotsOf(indexDir: string): Buffer[] {
  let notes: Buffer;
  try {
    const path = join(indexDir, WORK_NOTES_FILE);
    if (!lstatSync(path).isFile()) return [];
    notes = readFileSync(path);
  } catch {
    return [];
  }
  const slots: Buffer[] = [];
  for (let start = 0; start < Math.min(notes.length, MAX_NOTES_BYTES); start += SLOT_BYTES) {
    slots.push(notes.subarray(start, start + SLOT_BYTES));
  }
  return slots;
}
