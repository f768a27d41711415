import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { errors } from '../shared/errors.js';

/** A config file as it was written: keys of groups joined by a dot, values unchecked. */
export interface ConfigFile {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Names of config files, looked for in the root. */
export const CONFIG_FILE_NAMES = ['mind-index.config.json', 'mind-index.config.yaml', 'mind-index.config.yml'] as const;

const PACKAGE_KEY = 'mind-index';

/** A hundred settings take some kilobytes, and a parser of YAML takes seconds for a megabyte of mistakes. */
const MAX_CONFIG_BYTES = 64 * 1024;
const MAX_PACKAGE_BYTES = 16 * 1024 * 1024;
/** Groups of settings are one level deep; what is deeper is no setting, whatever it is. */
const MAX_DEPTH = 8;

/** The config file of a root, or undefined where there is none. Two of them are an error: neither could win without surprise. */
export async function findConfigFile(root: string): Promise<ConfigFile | undefined> {
  const paths = CONFIG_FILE_NAMES.map((name) => join(root, name)).filter(isFile);
  for (const path of paths) refuseLinkOutside(root, path);
  const packagePath = join(root, 'package.json');
  const packageValues = isFile(packagePath) ? readPackageKey(packagePath) : undefined;
  if (packageValues !== undefined) paths.push(packagePath);
  if (paths.length > 1) throw errors.configFilesAmbiguous(paths);
  if (paths[0] === undefined) return undefined;
  return paths[0] === packagePath ? toConfigFile(packagePath, packageValues) : readConfigFile(paths[0]);
}

/** Reads one config file, as JSON or (by its ending) YAML. */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  if (!isFile(path)) throw errors.configFileUnreadable(path);
  return toConfigFile(path, await parse(path, read(path)));
}

/** A pipe or device would block the read, so only regular files count. */
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** A tree may bring a link along under the name of its config file: errors would tell what is in the file that it leads to. */
function refuseLinkOutside(root: string, path: string): void {
  const real = realpathSync(path);
  if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) {
    throw errors.configFileInvalid(path, 'it is a link that leads out of the tree');
  }
}

function read(path: string): string {
  let text: string | undefined;
  try {
    text = readUpTo(path, MAX_CONFIG_BYTES);
  } catch (cause) {
    throw errors.configFileUnreadable(path, cause);
  }
  if (text === undefined) throw errors.configFileInvalid(path, `it is longer than ${MAX_CONFIG_BYTES} bytes`);
  return text;
}

/** The text of a regular file; undefined where it is larger. A pipe that took its place is not waited for. */
function readUpTo(path: string, maxBytes: number): string | undefined {
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(descriptor);
    return stat.isFile() && stat.size <= maxBytes ? readFileSync(descriptor, 'utf8') : undefined;
  } finally {
    closeSync(descriptor);
  }
}

async function parse(path: string, text: string): Promise<unknown> {
  try {
    if (path.endsWith('.json')) return JSON.parse(text);
    // Loaded only here: reading YAML costs every start as much as all other config together.
    const yaml = await import('yaml');
    // Its pretty errors quote the file, and take time quadratic in the line ends there, for every mistake in it.
    return yaml.parse(text, { prettyErrors: false }) ?? {};
  } catch (cause) {
    throw errors.configFileInvalid(path, `${syntaxProblem(cause)}${placeOf(cause, text)}`, cause);
  }
}

/** What a parser complains of, without the piece of the file that it quotes. */
function syntaxProblem(cause: unknown): string {
  const sentence = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause);
  return sentence.replace(/, \.{0,3}".*" is not valid JSON$/s, ' is not valid JSON');
}

/** Where the parser of YAML complains; JSON's tells it in its message, if at all. */
function placeOf(cause: unknown, text: string): string {
  if (!(cause instanceof Error) || !('pos' in cause) || !Array.isArray(cause.pos)) return '';
  const before = text.slice(0, Number(cause.pos[0]));
  const line = before.split('\n').length;
  return ` at line ${line}, column ${before.length - before.lastIndexOf('\n')}`;
}

/** A broken package.json is somebody else's affair: it is a file to index, not ours to judge. */
function readPackageKey(path: string): unknown {
  try {
    const content: unknown = JSON.parse(readUpTo(path, MAX_PACKAGE_BYTES) ?? '');
    return isRecord(content) ? content[PACKAGE_KEY] : undefined;
  } catch {
    return undefined;
  }
}

function toConfigFile(path: string, content: unknown): ConfigFile {
  if (!isRecord(content)) throw errors.configFileInvalid(path, 'expected an object of settings');
  return { path, values: Object.fromEntries(flatten(content)) };
}

/** As entries: in an object a key such as `__proto__` would mean something else. */
function flatten(content: Readonly<Record<string, unknown>>, prefix = '', depth = 0): [string, unknown][] {
  return Object.entries(content).flatMap(([key, value]): [string, unknown][] =>
    isRecord(value) && depth < MAX_DEPTH ? flatten(value, `${prefix}${key}.`, depth + 1) : [[prefix + key, value]],
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
