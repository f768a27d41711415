import { dirname, join, resolve } from 'node:path';
import type { GitRepository } from './git-directory.js';
import type { ObjectFormat } from './git-index-file.js';
import { readSmallFile } from './tree-file.js';

/** Where the user's git configuration lives; passed in, because only `config` reads the environment. */
export interface GitConfigHome {
  /** `$HOME`. */
  readonly home?: string | undefined;
  /** `$XDG_CONFIG_HOME`. */
  readonly xdgConfigHome?: string | undefined;
  /** The environment that a git process is given, without variables that would make it look at another repository. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** The settings of git that decide what is ignored, and how its index is read. */
export interface GitSettings {
  /** Absolute path of the user's ignore file; undefined when there can be none. */
  readonly excludesFile: string | undefined;
  readonly ignoreCase: boolean;
  /** Undefined for one that is not known here. */
  readonly objectFormat: ObjectFormat | undefined;
  /** Absolute path of the user's file of attributes; undefined when there can be none. */
  readonly attributesFile: string | undefined;
  /** Every file that was read, or would have been if it existed. */
  readonly files: readonly string[];
}

const SYSTEM_CONFIG = '/etc/gitconfig';
/** As git: deeper chains of includes are loops. */
const MAX_INCLUDE_DEPTH = 10;
/** Each of ten files could include ten others, and so on: more than anybody writes, and no more work than a moment. */
const MAX_FILES = 100;
const MAX_CONFIG_BYTES = 1024 * 1024;

/** Reads what git would: system, user and repository configuration, the last value wins. `[includeIf]` is not followed. */
export function readGitSettings(repository: GitRepository, home: GitConfigHome): GitSettings {
  const xdgGit =
    home.xdgConfigHome !== undefined && home.xdgConfigHome !== ''
      ? join(home.xdgConfigHome, 'git')
      : home.home !== undefined
        ? join(home.home, '.config', 'git')
        : undefined;
  const values: ConfigValues = { entries: new Map(), read: new Set(), filesLeft: MAX_FILES };
  const files = [
    SYSTEM_CONFIG,
    xdgGit && join(xdgGit, 'config'),
    home.home && join(home.home, '.gitconfig'),
    join(repository.commonDir, 'config'),
  ];
  for (const file of files) if (file !== undefined) readInto(values, file, home.home, 0);
  if (isTrue(values.entries.get('extensions.worktreeconfig'))) {
    readInto(values, join(repository.gitDir, 'config.worktree'), home.home, 0);
  }
  const named = values.entries.get('core.excludesfile');
  const fallback = xdgGit === undefined ? undefined : join(xdgGit, 'ignore');
  const attributes = values.entries.get('core.attributesfile');
  const format = values.entries.get('extensions.objectformat') ?? 'sha1';
  return {
    excludesFile: named === undefined ? fallback : resolvePath(named, repository.top, home.home),
    ignoreCase: isTrue(values.entries.get('core.ignorecase')),
    objectFormat: format === 'sha1' || format === 'sha256' ? format : undefined,
    attributesFile:
      attributes === undefined
        ? xdgGit && join(xdgGit, 'attributes')
        : resolvePath(attributes, repository.top, home.home),
    files: [...values.read],
  };
}

/** Entries of one git configuration file as `section.key` (sections with a quoted part as `section.part.key`). */
export function parseGitConfig(text: string): [key: string, value: string][] {
  const entries: [string, string][] = [];
  let section = '';
  const joined = text.replace(/^\ufeff/, '').replace(/\\\r?\n/g, '');
  for (const line of joined.split(/\r?\n/)) {
    const header = /^\s*\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line);
    if (header !== null) {
      section = header[1]!.toLowerCase() + (header[2] === undefined ? '' : `.${header[2].replace(/\\(.)/g, '$1')}`);
    }
    const entry = /^\s*([A-Za-z][\w-]*)\s*(?:=\s*(.*)|[#;].*)?$/.exec(line.slice(header?.[0].length ?? 0));
    if (entry !== null) entries.push([`${section}.${entry[1]!.toLowerCase()}`, parseValue(entry[2] ?? 'true')]);
  }
  return entries;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b' };

/** Takes off quotes, escapes and comments; spaces count inside quotes only. */
function parseValue(raw: string): string {
  let value = '';
  let length = 0;
  let quoted = false;
  for (let at = 0; at < raw.length; at++) {
    const character = raw[at]!;
    if (character === '"') quoted = !quoted;
    else if (character === '\\') value += ESCAPES[raw[++at] ?? ''] ?? raw[at] ?? '';
    else if (!quoted && (character === '#' || character === ';')) break;
    else value += character;
    if (quoted || !/\s/.test(character)) length = value.length;
  }
  return value.slice(0, length);
}

/** What was read so far, and how many files may still be. */
interface ConfigValues {
  readonly entries: Map<string, string>;
  /** Their paths, also of those that do not exist. */
  readonly read: Set<string>;
  filesLeft: number;
}

function readInto(values: ConfigValues, file: string, home: string | undefined, depth: number): void {
  if (values.filesLeft-- <= 0) return;
  values.read.add(file);
  let text: string | undefined;
  try {
    text = readSmallFile(file, MAX_CONFIG_BYTES, { encoding: 'utf8', followLinks: true });
  } catch {
    return;
  }
  for (const [key, value] of parseGitConfig(text ?? '')) {
    values.entries.set(key, value);
    if (key !== 'include.path' || depth >= MAX_INCLUDE_DEPTH) continue;
    const included = resolvePath(value, dirname(file), home);
    if (included !== undefined) readInto(values, included, home, depth + 1);
  }
}

function resolvePath(path: string, base: string, home: string | undefined): string | undefined {
  if (path === '') return undefined;
  if (!path.startsWith('~/')) return resolve(base, path);
  return home === undefined ? undefined : join(home, path.slice(2));
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(true|yes|on|[1-9]\d*)$/i.test(value);
}
