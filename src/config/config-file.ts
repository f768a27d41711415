import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errors } from '../shared/errors.js';

/** A config file as it was written: keys of groups joined by a dot, values unchecked. */
export interface ConfigFile {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Names of config files, looked for in the root. */
export const CONFIG_FILE_NAMES = ['mind-index.config.json', 'mind-index.config.yaml', 'mind-index.config.yml'] as const;

const PACKAGE_KEY = 'mind-index';

/** The config file of a root, or undefined where there is none. Two of them are an error: neither could win without surprise. */
export async function findConfigFile(root: string): Promise<ConfigFile | undefined> {
  const paths = CONFIG_FILE_NAMES.map((name) => join(root, name)).filter(isFile);
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

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw errors.configFileUnreadable(path, cause);
  }
}

async function parse(path: string, text: string): Promise<unknown> {
  try {
    if (path.endsWith('.json')) return JSON.parse(text);
    // Loaded only here: reading YAML costs every start as much as all other config together.
    const yaml = await import('yaml');
    return yaml.parse(text) ?? {};
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause);
    throw errors.configFileInvalid(path, detail, cause);
  }
}

/** A broken package.json is somebody else's affair: it is a file to index, not ours to judge. */
function readPackageKey(path: string): unknown {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isRecord(content) ? content[PACKAGE_KEY] : undefined;
  } catch {
    return undefined;
  }
}

function toConfigFile(path: string, content: unknown): ConfigFile {
  if (!isRecord(content)) throw errors.configFileInvalid(path, 'expected an object of settings');
  return { path, values: flatten(content) };
}

function flatten(content: Readonly<Record<string, unknown>>, prefix = ''): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(content)) {
    if (isRecord(value)) Object.assign(flat, flatten(value, `${prefix}${key}.`));
    else flat[prefix + key] = value;
  }
  return flat;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
