import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { errors, isSystemError } from '../shared/errors.js';
import { CONFIG_FILE_NAMES } from './config-file.js';
import { SETTINGS } from './defaults.js';

/** The absolute real path of the folder named by `path`; an error where it is missing, no folder, or may not be read. */
export function resolveRoot(path: string, cwd: string): string {
  if (path === '') throw errors.pathMissing(path);
  let real: string;
  let isDirectory: boolean;
  try {
    real = realpathSync(resolve(cwd, path));
    isDirectory = statSync(real).isDirectory();
    if (isDirectory) accessSync(real, constants.R_OK | constants.X_OK);
  } catch (cause) {
    throw isSystemError(cause) ? rootError(path, cause) : cause;
  }
  if (!isDirectory) throw errors.pathNotDirectory(path);
  return real;
}

const MISSING = new Set(['ENOENT', 'ENOTDIR']);
const FORBIDDEN = new Set(['EACCES', 'EPERM']);

function rootError(path: string, cause: NodeJS.ErrnoException): Error {
  if (MISSING.has(cause.code!)) return errors.pathMissing(path);
  return FORBIDDEN.has(cause.code!) ? errors.pathNotReadable(path, cause) : errors.pathUnusable(path, cause);
}

/**
 * The nearest folder at or above `start` that was indexed, as git finds a repository: the one that holds an index, else
 * the one that holds a config file (its index may live elsewhere), else `start` itself.
 */
export function findIndexedRoot(start: string): string {
  const folders = ancestors(start);
  const holding = (names: readonly string[]) =>
    folders.find((folder) => names.some((name) => statSync(join(folder, name), { throwIfNoEntry: false })));
  return holding([SETTINGS.indexDir.default]) ?? holding(CONFIG_FILE_NAMES) ?? start;
}

function ancestors(start: string): string[] {
  const folders = [start];
  for (let folder = start; dirname(folder) !== folder;) folders.push((folder = dirname(folder)));
  return folders;
}
