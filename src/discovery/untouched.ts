import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { isSameFailure, isUnchanged } from '../shared/file-stamp.js';
import type { FileStamp } from '../shared/model.js';
import { fileSystem, type FileSystem } from './file-system.js';
import { isSameStamp, timesOf, type Footprint } from './footprint.js';
import { findRepository } from './git-directory.js';
import { realRoot, scopeText, slashed } from './tree-root.js';
import type { DiscoveryOptions } from './walk.js';

/** A file as the index knows it. */
export interface KnownStamp extends FileStamp {
  readonly path: string;
  readonly state: 'indexed' | 'skipped' | 'failed';
  readonly reason: string;
  /** False where it was judged by its name or its kind. */
  readonly wasRead: boolean;
}

/** Reasons of unread files that another size or other permissions may end; all others hold while the directory is the same. */
const PASSING_REASONS = new Set(['too-large', 'unreadable', 'vanished']);

/**
 * True where nothing at all has happened to a tree since its footprint was taken, by the times of everything that is known
 * of it: what most searches find, at a third of the price of `revisit`. `isEqual` compares a file whose stored times
 * cannot be trusted. False says nothing.
 */
export function isUntouched(
  options: DiscoveryOptions,
  footprint: Footprint,
  known: Iterable<KnownStamp>,
  isEqual: (path: string) => boolean,
  fs: FileSystem = fileSystem,
): boolean {
  const root = realRoot(options.root);
  const repository = findRepository(root);
  if (footprint.scope !== scopeText(root, repository, options)) return false;
  const inputs = [...footprint.ruleFiles, ...footprint.gitIndex];
  if (repository !== undefined && !footprint.gitIndex.has(join(repository.gitDir, 'index'))) return false;
  if (!inputs.every(([path, stamp]) => isSameStamp(stamp, timesOf(fs, path)))) return false;
  const top = slashed(root);
  for (const [path, stamp] of footprint.directories) {
    const stats = lstat(fs, top + path);
    if (!stats?.isDirectory() || !isSameStamp(stamp, stats)) return false;
  }
  for (const file of known) {
    if (file.state === 'skipped' && !file.wasRead && !PASSING_REASONS.has(file.reason)) continue;
    const stats = lstat(fs, top + file.path);
    if (stats === undefined || !stats.isFile() || stats.size !== file.sizeBytes) return false;
    const stamp = { sizeBytes: stats.size, mtimeMs: stats.mtimeMs, ctimeMs: stats.ctimeMs };
    if (isUnchanged(file, stamp) || isSameFailure(file, stamp)) continue;
    if (!file.wasRead || !isEqual(file.path)) return false;
  }
  return true;
}

function lstat(fs: FileSystem, path: string): Stats | undefined {
  try {
    return fs.lstat(path);
  } catch {
    return undefined;
  }
}
