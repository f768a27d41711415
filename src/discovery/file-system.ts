import { accessSync, constants, lstatSync, readdirSync, statSync, type Stats } from 'node:fs';
import { decodeName, toByteString } from './path-bytes.js';
import { readSmallFile } from './tree-file.js';

/** What a directory entry is, links not followed. */
export type EntryKind = 'file' | 'directory' | 'symlink' | 'other';

/** One name in a directory. */
export interface DirectoryEntry {
  /** As text; see `decodeName` for names that are not UTF-8. */
  readonly name: string;
  /** The same in bytes, one character each. */
  readonly bytes: string;
  readonly valid: boolean;
  readonly kind: EntryKind;
}

/**
 * The few calls that discovery makes; tests replace single ones to see files vanish or refuse.
 * They are synchronous on purpose: a call costs some microseconds, its way through libuv's threads costs thirty.
 */
export interface FileSystem {
  /** Throws system errors. */
  list(directory: string): DirectoryEntry[];
  /** Undefined when there is no such file (any more). */
  lstat(path: string): Stats | undefined;
  /** The same with links followed. */
  stat(path: string): Stats | undefined;
  isReadable(path: string): boolean;
  /** The bytes of a small regular file, one character each; undefined where it is none. Throws system errors. */
  read(path: string, options: { readonly maxBytes: number; readonly followLinks: boolean }): string | undefined;
}

/** The real one. */
export const fileSystem: FileSystem = {
  list: listDirectory,
  lstat: (path) => lstatSync(path, { throwIfNoEntry: false }),
  stat: (path) => statSync(path, { throwIfNoEntry: false }),
  isReadable(path) {
    try {
      accessSync(path, constants.R_OK);
      return true;
    } catch {
      return false;
    }
  },
  read: (path, { maxBytes, followLinks }) => readSmallFile(path, maxBytes, { encoding: 'latin1', followLinks }),
};

function listDirectory(directory: string): DirectoryEntry[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  // Bytes that are not UTF-8 arrive as U+FFFD: only then is it worth to list the directory again in bytes.
  if (!entries.some((entry) => entry.name.includes('\ufffd'))) {
    return entries.map((entry) => {
      return { name: entry.name, bytes: toByteString(entry.name), valid: true, kind: kindOf(entry) };
    });
  }
  return readdirSync(directory, { withFileTypes: true, encoding: 'buffer' }).map((entry) => {
    const bytes = (entry.name as unknown as Buffer).toString('latin1');
    return { ...decodeName(bytes), bytes, kind: kindOf(entry) };
  });
}

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): EntryKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'symlink' : 'other';
}
