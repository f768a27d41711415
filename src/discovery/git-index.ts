import { isTreePath } from '../shared/tree-path.js';
import type { GitRepository } from './git-directory.js';
import { askGit } from './git-process.js';
import { decodeName } from './path-bytes.js';

/** What git tracks below a directory. Paths are relative to that directory. */
export interface GitIndex {
  readonly files: ReadonlySet<string>;
  /** Submodules, checked out or not. */
  readonly submodules: ReadonlySet<string>;
}

/** Why the index is unknown. */
export type GitIndexFailure = { readonly kind: 'no-git' } | { readonly kind: 'failed'; readonly detail: string };

/** Git adds no such path, so whoever wrote the index did without git: a configuration may hold the password of a remote. */
const IN_GIT_DIRECTORY = /(^|\/)\.git(\/|$)/i;

const SUBMODULE_MODE = '160000';

/**
 * Asks git for the tracked files below `directory`, which lies in `repository`; see `askGit`. `variables` is the
 * environment that git is given. A path that would lead out of the tree is left out.
 */
export async function readGitIndex(
  repository: GitRepository,
  directory: string,
  variables: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<GitIndex | GitIndexFailure> {
  const place = { repository, directory, variables, signal };
  const answer = await askGit(place, ['ls-files', '-z', '--cached', '--stage']);
  return answer.kind === 'printed' ? parseListing(answer.text) : answer;
}

/** Lines of `git ls-files -z --stage`, one character per byte: `mode SP object SP stage TAB path NUL`. */
function parseListing(listing: string): GitIndex {
  const files = new Set<string>();
  const submodules = new Set<string>();
  for (const line of listing.split('\0')) {
    if (line === '') continue;
    const path = decodeName(line.slice(line.indexOf('\t') + 1)).name;
    if (isTreePath(path) && !IN_GIT_DIRECTORY.test(path))
      (line.startsWith(SUBMODULE_MODE) ? submodules : files).add(path);
  }
  return { files, submodules };
}
