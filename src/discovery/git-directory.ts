import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readSmallFile } from './tree-file.js';

/** Where git keeps what belongs to one working tree. */
export interface GitDirectory {
  /** Absolute path of the directory with the index and HEAD of this working tree. */
  readonly gitDir: string;
  /** Absolute path of the directory with config, objects and `info/`; differs from `gitDir` in linked worktrees. */
  readonly commonDir: string;
}

/** A repository around a directory. */
export interface GitRepository extends GitDirectory {
  /** Absolute path of the working tree's top. */
  readonly top: string;
}

/** Longer than any path. */
const MAX_LINE_BYTES = 16 * 1024;

/** The repository whose working tree holds `directory` (absolute, real path); undefined outside of any. */
export function findRepository(directory: string): GitRepository | undefined {
  for (let top = directory; ; top = dirname(top)) {
    const found = gitDirectoryIn(top);
    if (found !== undefined) return { top, ...found };
    if (top === dirname(top)) return undefined;
  }
}

/** The git directory that `.git` in `directory` is or names; undefined where that is not a repository, as git judges. */
export function gitDirectoryIn(directory: string): GitDirectory | undefined {
  const dotGit = join(directory, '.git');
  const gitDir = isDirectory(dotGit) ? dotGit : gitDirNamedBy(dotGit);
  if (gitDir === undefined) return undefined;
  const common = readLine(join(gitDir, 'commondir'));
  const commonDir = common === undefined ? gitDir : resolve(gitDir, common);
  const valid = hasHead(gitDir) && isDirectory(join(commonDir, 'objects')) && isDirectory(join(commonDir, 'refs'));
  return valid ? { gitDir, commonDir } : undefined;
}

/** A `.git` file of a submodule or linked worktree holds `gitdir: <path>`. */
function gitDirNamedBy(dotGitFile: string): string | undefined {
  const target = /^gitdir: (.+)$/s.exec(readLine(dotGitFile) ?? '')?.[1];
  return target === undefined ? undefined : resolve(dirname(dotGitFile), target);
}

function hasHead(gitDir: string): boolean {
  return /^(ref:\s*refs\/|[0-9a-f]{40})/.test(readLine(join(gitDir, 'HEAD')) ?? '');
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return false;
  }
}

/** The content of a small file without the line ends after it; undefined when it cannot be read. */
function readLine(path: string): string | undefined {
  try {
    return readSmallFile(path, MAX_LINE_BYTES, { encoding: 'utf8', followLinks: true })?.replace(/[\r\n]+$/, '');
  } catch {
    return undefined;
  }
}
