import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { errors, isSystemError } from '../shared/errors.js';
import type { FileSystem } from './file-system.js';
import { stampOf, type PathStamp } from './footprint.js';
import type { GitRepository } from './git-directory.js';

/** The root without symbolic links. */
export function realRoot(root: string): string {
  try {
    return realpathSync(root);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw error.code === 'ENOENT' ? errors.pathMissing(root) : errors.pathNotReadable(root, error);
  }
}

/** The path of a directory, ending in `/`. */
export function slashed(directory: string): string {
  return directory.endsWith('/') ? directory : `${directory}/`;
}

/** All that decides a discovery beside the files: two discoveries of equal text and equal rules find the same in one tree. */
export function scopeText(
  root: string,
  repository: GitRepository | undefined,
  options: { readonly include: readonly string[]; readonly exclude: readonly string[]; readonly maxFileBytes: number },
): string {
  const { include, exclude, maxFileBytes } = options;
  return JSON.stringify([root, repository?.top, repository?.gitDir, include, exclude, maxFileBytes]);
}

/** The stamp of git's index, which is to be taken before it is read. */
export function gitIndexStamp(repository: GitRepository | undefined, fs: FileSystem): Map<string, PathStamp> {
  if (repository === undefined) return new Map();
  const path = join(repository.gitDir, 'index');
  return new Map([[path, stampOf(fs, path)]]);
}
