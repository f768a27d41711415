import { execFile } from 'node:child_process';
import { isTreePath } from '../shared/tree-path.js';
import { RESTRAINTS, restrainedEnvironment } from './git-restraints.js';
import type { GitRepository } from './git-directory.js';
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
/** Far above the listing of the largest known repositories (a million files make about 150 MB). */
const MAX_LISTING_BYTES = 256 * 1024 * 1024;
/** Git lists a million files in two seconds; what takes longer than this hangs, such as on a pipe that it was told to read. */
const DEADLINE_MS = 30_000;

/**
 * Asks git for the tracked files below `directory`, which lies in `repository`. The repository is named explicitly, so
 * that the owner of the directory does not matter. `variables` is the environment that git is given. Nothing that the
 * repository's configuration names is run, and a path that would lead out of the tree is left out.
 */
export function readGitIndex(
  repository: GitRepository,
  directory: string,
  variables: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<GitIndex | GitIndexFailure> {
  const args = [
    ...[...RESTRAINTS, `--git-dir=${repository.gitDir}`, `--work-tree=${repository.top}`],
    ...['ls-files', '-z', '--cached', '--stage'],
  ];
  return new Promise((done) => {
    const env = restrainedEnvironment(variables);
    const limits = { maxBuffer: MAX_LISTING_BYTES, timeout: DEADLINE_MS, killSignal: 'SIGKILL', signal } as const;
    execFile('git', args, { cwd: directory, encoding: 'latin1', env, ...limits }, (error, stdout, stderr) => {
      if (error === null) done(parseListing(stdout));
      else if (error.code === 'ENOENT') done({ kind: 'no-git' });
      else if (error.killed === true && signal?.aborted !== true) done({ kind: 'failed', detail: 'it took too long' });
      else done({ kind: 'failed', detail: stderr.trim().split('\n', 1)[0] || error.message });
    });
  });
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
