/**
 * What keeps git from doing more than it is asked for. The repository is not trusted, and its configuration can name programs: a
 * monitor of the file system, hooks, and (where an object is missing that a listing needs, as in a sparse index) the program
 * that would fetch it from a remote. So no protocol is allowed, which no configuration can take back.
 */
export const RESTRAINTS: readonly string[] = [
  ...['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'core.sshCommand=false'],
  ...['--no-pager', '--no-optional-locks'],
];
const RESTRAINING_VARIABLES = { GIT_ALLOW_PROTOCOL: 'none', GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0' };

/** The environment of a git process, from the one that the user has for git. */
export function restrainedEnvironment(variables: Readonly<Record<string, string>>): Record<string, string> {
  return { ...variables, ...RESTRAINING_VARIABLES };
}
