import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { readSmallFile } from './tree-file.js';
import { findRepository, gitDirectoryIn, type GitRepository } from './git-directory.js';

/** A repository with more working trees than this is not searched to the end. */
const MAX_WORKTREES = 64;

/** Git writes a path into such a file. */
const MAX_TEXT_BYTES = 64 * 1024;

/**
 * Folders that are in other working trees what `root` is in its own: of the same repository, or of one whose objects it
 * shares (`git clone --shared`). The main one comes first. Nothing is taken from git's files but where to look.
 */
export function siblingFolders(root: string): string[] {
  const repository = findRepository(root);
  if (repository === undefined) return [];
  const inside = relative(repository.top, root);
  const tops = new Set([...worktreesOf(repository.commonDir), ...lendersOf(repository)]);
  return [...tops]
    .filter((top) => top !== repository.top && gitDirectoryIn(top) !== undefined)
    .map((top) => join(top, inside))
    .filter((folder) => existsSync(folder));
}

/** Tops of the working trees of a repository: the main one, then those that `git worktree add` made. */
function worktreesOf(commonDir: string): string[] {
  const main = basename(commonDir) === '.git' ? realPath(dirname(commonDir)) : undefined;
  const linked = namesIn(join(commonDir, 'worktrees')).map((name) => {
    const dotGit = lineOf(join(commonDir, 'worktrees', name, 'gitdir'));
    const top = dotGit === undefined ? undefined : realPath(dirname(dotGit));
    // A worktree that was moved or deleted may have left its place to another repository.
    return top !== undefined && isOf(top, commonDir) ? top : undefined;
  });
  return [main, ...linked].filter((top) => top !== undefined);
}

function isOf(top: string, commonDir: string): boolean {
  const found = gitDirectoryIn(top)?.commonDir;
  return found !== undefined && realPath(found) === realPath(commonDir);
}

/** Working trees of the repositories whose objects this one reads. */
function lendersOf({ commonDir }: GitRepository): string[] {
  const lines = textOf(join(commonDir, 'objects', 'info', 'alternates'))
    .split('\n')
    .slice(0, MAX_WORKTREES);
  return lines
    .filter((line) => line.startsWith('/') && basename(line) === 'objects')
    .flatMap((objects) => worktreesOf(dirname(objects)));
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort().slice(0, MAX_WORKTREES);
  } catch {
    return [];
  }
}

function lineOf(file: string): string | undefined {
  return textOf(file).trimEnd() || undefined;
}

function textOf(file: string): string {
  try {
    return readSmallFile(file, MAX_TEXT_BYTES, { encoding: 'utf8', followLinks: true }) ?? '';
  } catch {
    return '';
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
