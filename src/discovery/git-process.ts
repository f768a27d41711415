import { execFile } from 'node:child_process';
import type { GitRepository } from './git-directory.js';

/**
 * What keeps git from doing more than it is asked for. The repository is not trusted, and its configuration can name programs: a
 * monitor of the file system, hooks, and (where an object is missing that a listing needs, as in a sparse index) the program
 * that would fetch it from a remote. So no protocol is allowed, which no configuration can take back.
 */
const RESTRAINTS = [
  ...['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'core.sshCommand=false'],
  ...['--no-pager', '--no-optional-locks'],
];
const RESTRAINING_VARIABLES = { GIT_ALLOW_PROTOCOL: 'none', GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0' };

/** Far above the listing of the largest known repositories (a million files make about 150 MB). */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;
/** Git lists a million files in two seconds; what takes longer than this hangs, such as on a pipe that it was told to read. */
const DEADLINE_MS = 30_000;

/** Where git is asked, and in which environment. */
export interface AskedPlace {
  readonly repository: GitRepository;
  /** Absolute path inside the repository. */
  readonly directory: string;
  /** The environment that the user has for git. */
  readonly variables: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** What git printed, one character per byte, or why there is nothing. */
export type GitAnswer =
  | { readonly kind: 'printed'; readonly text: string }
  | { readonly kind: 'no-git' }
  | { readonly kind: 'failed'; readonly detail: string; readonly exitCode: number | undefined };

/**
 * Asks git. The repository is named explicitly, so that the owner of the directory does not matter, and nothing that its
 * configuration names is run. Never rejects.
 */
export function askGit(place: AskedPlace, args: readonly string[]): Promise<GitAnswer> {
  const { repository, directory, variables, signal } = place;
  const words = [...RESTRAINTS, `--git-dir=${repository.gitDir}`, `--work-tree=${repository.top}`, ...args];
  const env = { ...variables, ...RESTRAINING_VARIABLES };
  const limits = { maxBuffer: MAX_OUTPUT_BYTES, timeout: DEADLINE_MS, killSignal: 'SIGKILL', signal } as const;
  return new Promise((done) => {
    execFile('git', words, { cwd: directory, encoding: 'latin1', env, ...limits }, (error, stdout, stderr) => {
      if (error === null) return done({ kind: 'printed', text: stdout });
      if (error.code === 'ENOENT') return done({ kind: 'no-git' });
      const isLate = error.killed === true && signal?.aborted !== true;
      const detail = isLate ? 'it took too long' : stderr.trim().split('\n', 1)[0] || error.message;
      done({ kind: 'failed', detail, exitCode: typeof error.code === 'number' ? error.code : undefined });
    });
  });
}
