import { execFile } from 'node:child_process';
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

const SUBMODULE_MODE = '160000';
/** Far above the listing of the largest known repositories (a million files make about 150 MB). */
const MAX_LISTING_BYTES = 1 << 30;

/**
 * Asks git for the tracked files below `directory`, which lies in `repository`. The repository is named explicitly, so
 * that variables such as `GIT_DIR` and the owner of the directory do not matter; no hook of its configuration runs.
 */
export function readGitIndex(
  repository: GitRepository,
  directory: string,
  signal?: AbortSignal,
): Promise<GitIndex | GitIndexFailure> {
  const args = [
    ...['-c', 'core.fsmonitor=false', `--git-dir=${repository.gitDir}`, `--work-tree=${repository.top}`],
    ...['ls-files', '-z', '--cached', '--stage'],
  ];
  return new Promise((done) => {
    const options = { cwd: directory, encoding: 'latin1', maxBuffer: MAX_LISTING_BYTES, signal } as const;
    execFile('git', args, options, (error, stdout, stderr) => {
      if (error === null) done(parseListing(stdout));
      else if (error.code === 'ENOENT') done({ kind: 'no-git' });
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
    (line.startsWith(SUBMODULE_MODE) ? submodules : files).add(path);
  }
  return { files, submodules };
}
