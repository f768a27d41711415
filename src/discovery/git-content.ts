import { lstatSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { FileStamp } from '../shared/model.js';
import { isSystemError } from '../shared/errors.js';
import { readGitSettings, type GitConfigHome, type GitSettings } from './git-config.js';
import { readSmallFile } from './tree-file.js';
import { findRepository, type GitRepository } from './git-directory.js';
import { readIndexFile, type IndexFile, type ObjectFormat } from './git-index-file.js';

/**
 * Attributes by which a file can hold other bytes than its blob in the same number. Line ends need no look: whatever
 * converts them adds bytes to each line that it changes, and the size is compared.
 */
const CONVERTING = /filter|ident|working-tree-encoding/;

/** Files of attributes have a few lines. */
const MAX_ATTRIBUTE_BYTES = 1024 * 1024;

const SYSTEM_ATTRIBUTES = '/etc/gitattributes';

/** How the repository around `root` names objects; undefined outside of any. */
export function objectFormatAround(root: string, home: GitConfigHome): ObjectFormat | undefined {
  const repository = findRepository(root);
  return repository && readGitSettings(repository, home).objectFormat;
}

/**
 * Tells without reading which files hold what git's index says. An answer is as good as that of `git status`, which
 * compares the same numbers.
 */
export class GitContent {
  /** Whether what git attributes to files in a directory leaves their bytes alone. */
  private readonly plain = new Map<string, boolean>();

  private constructor(
    private readonly top: string,
    private readonly prefix: string,
    private readonly index: IndexFile,
  ) {}

  /** Undefined outside of a repository, and where its index or its attributes do not allow such answers. */
  static open(root: string, home: GitConfigHome): GitContent | undefined {
    const repository = findRepository(root);
    if (repository === undefined) return undefined;
    const settings = readGitSettings(repository, home);
    if (settings.objectFormat === undefined || !attributeFiles(repository, settings).every(leavesBytesAlone)) {
      return undefined;
    }
    const index = readIndexFile(join(repository.gitDir, 'index'), settings.objectFormat);
    const prefix = relative(repository.top, root);
    return index && new GitContent(repository.top, prefix === '' ? '' : `${prefix}/`, index);
  }

  /**
   * True where the file at `path` (relative to the root), which had `stamp` a moment ago, is for certain the blob `oid`.
   * False says nothing.
   */
  holds(path: string, stamp: FileStamp, oid: Uint8Array): boolean {
    const tracked = this.prefix + path;
    const entry = this.index.entries.get(tracked);
    // Git writes a size of 0 for what changed while it looked.
    if (entry === undefined || entry.sizeBytes === 0 || Buffer.compare(entry.oid, oid) !== 0) return false;
    // As young as the index itself: it may have been written again in the same tick of the clock.
    if (entry.mtimeNs >= this.index.mtimeNs || entry.ctimeNs >= this.index.mtimeNs) return false;
    if (!this.isPlain(dirname(tracked))) return false;
    const stat = lstatSync(join(this.top, tracked), { bigint: true, throwIfNoEntry: false });
    return (
      stat !== undefined &&
      stat.isFile() &&
      stat.mtimeNs === entry.mtimeNs &&
      stat.ctimeNs === entry.ctimeNs &&
      Number(BigInt.asUintN(32, stat.ino)) === entry.inode &&
      Number(BigInt.asUintN(32, stat.size)) === entry.sizeBytes &&
      Number(stat.size) === stamp.sizeBytes &&
      isNear(stat.mtimeNs, stamp.mtimeMs) &&
      isNear(stat.ctimeNs, stamp.ctimeMs)
    );
  }

  private isPlain(directory: string): boolean {
    let plain = this.plain.get(directory);
    if (plain === undefined) {
      const isTop = directory === '.';
      const file = isTop ? '.gitattributes' : `${directory}/.gitattributes`;
      // Git reads a tracked one from its index where it is missing in the tree.
      const exists = lstatSync(join(this.top, file), { throwIfNoEntry: false }) !== undefined;
      const isAlone = exists ? leavesBytesAlone(join(this.top, file)) : !this.index.entries.has(file);
      plain = isAlone && (isTop || this.isPlain(dirname(directory)));
      this.plain.set(directory, plain);
    }
    return plain;
  }
}

/** Attributes that hold everywhere in a repository. */
function attributeFiles({ gitDir, commonDir }: GitRepository, { attributesFile }: GitSettings): string[] {
  const own = [join(commonDir, 'info', 'attributes'), join(gitDir, 'info', 'attributes')];
  return [...own, SYSTEM_ATTRIBUTES, ...(attributesFile === undefined ? [] : [attributesFile])];
}

/** True where a file of attributes does not exist, or names none that convert; what cannot be read might. */
function leavesBytesAlone(file: string): boolean {
  try {
    const text = readSmallFile(file, MAX_ATTRIBUTE_BYTES, { encoding: 'latin1', followLinks: true });
    return text !== undefined && !CONVERTING.test(text);
  } catch (error) {
    return isSystemError(error) && error.code === 'ENOENT';
  }
}

/** True where a time in nanoseconds is the one that Node gave in milliseconds, as exactly as its numbers can be. */
function isNear(ns: bigint, ms: number): boolean {
  return Math.abs(Number(ns) / 1e6 - ms) < 0.001;
}
