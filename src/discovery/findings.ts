import type { Stats } from 'node:fs';
import { isSystemError } from '../shared/errors.js';
import type { Candidate, FileStamp, SkippedFile, SkipReason } from '../shared/model.js';
import { fileClass, type DirectoryClass } from './file-class.js';
import type { EntryKind, FileSystem } from './file-system.js';
import type { PathGlobs } from './path-globs.js';
import { reasonByName } from './skipped-names.js';

/** A skipped file, with its stamp where `lstat` was called anyway. */
export type Skipped = SkippedFile & Partial<FileStamp>;

/** Anyone may read: no need to ask the system. */
const READABLE_BY_ALL = 0o444;

/** What was found so far: every file goes to one of two lists, with as few system calls as its verdict needs. */
export class Findings {
  candidates: Candidate[] = [];
  skipped: Skipped[] = [];

  constructor(
    private readonly root: string,
    private readonly maxFileBytes: number,
    private readonly fs: FileSystem,
    /** Files that look like secrets and are wanted all the same. */
    private readonly wantedSecrets?: PathGlobs,
  ) {}

  /** Number of files with a verdict. */
  get count(): number {
    return this.candidates.length + this.skipped.length;
  }

  skip(path: string, reason: SkipReason, stamp?: FileStamp): void {
    this.skipped.push(stamp === undefined ? { path, reason } : { path, reason, ...stamp });
  }

  /** Judges a file (anything but a directory) by its kind, its name and what `lstat` says, in this order. */
  judge(path: string, name: string, kind: Exclude<EntryKind, 'directory'>, directory: DirectoryClass): void {
    if (kind !== 'file') return this.skip(path, kind === 'symlink' ? 'symlink' : 'not-regular');
    const reason = reasonByName(path);
    const isWanted = reason === 'secret' && (this.wantedSecrets?.matches(path, false) ?? false);
    if (reason !== undefined && !isWanted) return this.skip(path, reason);
    let stats: Stats | undefined;
    try {
      stats = this.fs.lstat(this.root + path);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return this.skip(path, 'unreadable');
    }
    if (stats === undefined) return this.skip(path, 'vanished');
    // Between listing and `lstat` something else may have taken the name.
    if (!stats.isFile()) return this.skip(path, stats.isSymbolicLink() ? 'symlink' : 'not-regular');
    const stamp = { sizeBytes: stats.size, mtimeMs: stats.mtimeMs, ctimeMs: stats.ctimeMs };
    if (stats.size > this.maxFileBytes) return this.skip(path, 'too-large', stamp);
    if ((stats.mode & READABLE_BY_ALL) !== READABLE_BY_ALL && !this.fs.isReadable(this.root + path)) {
      return this.skip(path, 'unreadable', stamp);
    }
    this.candidates.push({ path, ...stamp, fileClass: fileClass(name, directory) });
  }

  /** Takes back what was found at `directory` and below. */
  dropBelow(directory: string): void {
    const keep = ({ path }: { readonly path: string }) => path !== directory && !path.startsWith(`${directory}/`);
    this.candidates = this.candidates.filter(keep);
    this.skipped = this.skipped.filter(keep);
  }
}
