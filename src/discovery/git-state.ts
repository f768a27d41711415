import { relative, sep } from 'node:path';
import { findRepository } from './git-directory.js';
import { askGit, type AskedPlace } from './git-process.js';
import { decodeName } from './path-bytes.js';

/** What is checked out below a directory. */
export interface CheckedOut {
  /** The commit in hexadecimal. */
  readonly commit: string;
  /** Paths, relative to the directory, that differ from the commit: changed, deleted, or not tracked. Sorted. */
  readonly differing: readonly string[];
}

/**
 * Asks git for the commit that is checked out around `directory` (absolute, real path) and for what differs from it below.
 * Undefined outside of git, before the first commit, and without a git binary. Beside what `askGit`
 * keeps git from, no filter that the repository's own configuration names is run.
 */
export async function readCheckedOut(
  directory: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<CheckedOut | undefined> {
  const repository = findRepository(directory);
  if (repository === undefined) return undefined;
  const place = { repository, directory, variables };
  const commit = (await git(place, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']))?.trim();
  if (commit === undefined || !/^[0-9a-f]{40,64}$/.test(commit)) return undefined;
  const filters = await filtersOf(place);
  if (filters === undefined) return undefined;
  const status = await git(place, [
    ...filters.flatMap((name) => ['-c', `filter.${name}.clean=`, '-c', `filter.${name}.process=`]),
    ...filters.flatMap((name) => ['-c', `filter.${name}.required=false`]),
    ...[
      'status',
      '--porcelain=v1',
      '-z',
      '--no-renames',
      '--untracked-files=all',
      '--ignore-submodules=dirty',
      '--',
      '.',
    ],
  ]);
  if (status === undefined) return undefined;
  return { commit, differing: pathsOf(status, relative(repository.top, directory)).sort() };
}

/** Names of filters that the repository itself configures; those of the user and of the system are trusted. */
async function filtersOf(place: AskedPlace): Promise<string[] | undefined> {
  const args = ['config', '-z', '--show-scope', '--name-only', '--get-regexp', '^filter\\..*\\.(clean|process)$'];
  const listing = await git(place, args, 1);
  if (listing === undefined) return undefined;
  const parts = listing.split('\0');
  const names = new Set<string>();
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const name = /^filter\.(.*)\.(?:clean|process)$/s.exec(parts[at + 1]!)?.[1];
    if (name !== undefined && (parts[at] === 'local' || parts[at] === 'worktree')) names.add(name);
  }
  return [...names];
}

/** What git prints; undefined where it fails, other than with the exit code `emptyCode`. */
async function git(place: AskedPlace, args: readonly string[], emptyCode?: number): Promise<string | undefined> {
  const answer = await askGit(place, args);
  if (answer.kind === 'printed') return answer.text;
  return answer.kind === 'failed' && emptyCode !== undefined && answer.exitCode === emptyCode ? '' : undefined;
}

/** Entries of `git status --porcelain=v1 -z`: two letters, a space, a path from the top of the repository. */
function pathsOf(status: string, below: string): string[] {
  const prefix = below === '' ? '' : `${below.split(sep).join('/')}/`;
  return status
    .split('\0')
    .filter((entry) => entry.length > 3)
    .map((entry) => decodeName(entry.slice(3)).name)
    .flatMap((path) => (path.startsWith(prefix) ? [path.slice(prefix.length)] : []));
}
