import { homedir } from 'node:os';
import { join } from 'node:path';

/** Prefix of the variables that set settings. */
export const VARIABLE_PREFIX = 'MIND_INDEX_';

/** What the environment says about colour and about who watches. */
export interface TerminalFacts {
  /** True where a continuous integration service runs us: nobody watches a bar. */
  readonly ci: boolean;
  /** `NO_COLOR` is set and not empty (https://no-color.org). */
  readonly noColor: boolean;
  /** `FORCE_COLOR`: `on`, `off` (`0` or `false`), or undefined where it is not set. */
  readonly forceColor: 'on' | 'off' | undefined;
  /** `TERM=dumb`: the terminal cannot move its cursor or show colour. */
  readonly dumb: boolean;
}

/** Everything mind-index takes from the environment of the process. */
export interface Environment {
  /** The `MIND_INDEX_*` variables that are set and not empty. */
  readonly variables: Readonly<Record<string, string>>;
  readonly terminal: TerminalFacts;
  /** Where git looks for the user's ignore rules, and the variables that it is started with. */
  readonly gitConfigHome: {
    readonly home: string;
    readonly xdgConfigHome: string | undefined;
    readonly variables: Readonly<Record<string, string>>;
  };
  /** The platform's folder for caches, ours appended. */
  readonly cacheDir: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads the environment, the only place that does. The arguments are there for tests. */
export function readEnvironment(
  variables: Variables = process.env,
  platform: NodeJS.Platform = process.platform,
): Environment {
  const ours = Object.entries(variables).filter(
    (entry): entry is [string, string] => entry[0].startsWith(VARIABLE_PREFIX) && Boolean(entry[1]),
  );
  const home = variables['HOME'] || variables['USERPROFILE'] || homedir();
  return {
    variables: Object.fromEntries(ours),
    terminal: {
      ci: isOn(variables['CI']),
      noColor: Boolean(variables['NO_COLOR']),
      forceColor: forcedColor(variables['FORCE_COLOR']),
      dumb: variables['TERM'] === 'dumb',
    },
    gitConfigHome: {
      home,
      xdgConfigHome: variables['XDG_CONFIG_HOME'] || undefined,
      variables: withoutGit(variables),
    },
    cacheDir: join(cacheHome(variables, platform, home), 'mind-index'),
  };
}

/** Variables such as `GIT_DIR` and `GIT_INDEX_FILE`, which git sets for its hooks, speak of another repository than ours. */
function withoutGit(variables: Variables): Record<string, string> {
  const entries = Object.entries(variables).filter(([name, value]) => value !== undefined && !name.startsWith('GIT_'));
  return Object.fromEntries(entries) as Record<string, string>;
}

function isOn(value: string | undefined): boolean {
  return Boolean(value) && value !== '0' && value !== 'false';
}

function forcedColor(value: string | undefined): 'on' | 'off' | undefined {
  if (value === undefined) return undefined;
  return value === '0' || value === 'false' ? 'off' : 'on';
}

function cacheHome(variables: Variables, platform: NodeJS.Platform, home: string): string {
  if (variables['XDG_CACHE_HOME']) return variables['XDG_CACHE_HOME'];
  if (platform === 'win32') return variables['LOCALAPPDATA'] || join(home, 'AppData', 'Local');
  return platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache');
}
