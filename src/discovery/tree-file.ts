import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { isTreePath } from '../shared/tree-path.js';

/** Without following a link at the end of the path, and without waiting for the other end of a pipe. */
const SAFE_READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** What the system adds to the name of an open file whose last name is gone. */
const DELETED = / \(deleted\)$/;

/** A path that leads out of the tree: by its names, or by a link in its middle. Carries a code as system errors do. */
class OutsideTreeError extends Error {
  readonly code = 'ELOOP';
}

/**
 * Opens a file of the tree for reading and returns its descriptor. `root` is a real path. Throws system errors, and
 * `ELOOP` where the path leaves the tree or a link stands anywhere in it, also one that took a directory's place a moment
 * ago: `O_NOFOLLOW` minds only the last name, so the system is asked where the open file is.
 */
export function openTreeFile(root: string, path: string): number {
  if (!isTreePath(path)) throw new OutsideTreeError(`\`${path}\` is no path inside a tree`);
  const absolutePath = join(root, path);
  const descriptor = openSync(absolutePath, SAFE_READ);
  try {
    if (!isAt(descriptor, root, path)) throw new OutsideTreeError(`a link leads out of the tree at \`${path}\``);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** A whole regular file of the tree with what `fstat` says of it; undefined where it is none, or is larger than `maxBytes`. */
export function readTreeFile(
  root: string,
  path: string,
  maxBytes: number,
): { readonly bytes: Buffer; readonly stats: Stats } | undefined {
  const descriptor = openTreeFile(root, path);
  try {
    return readOpenFile(descriptor, maxBytes);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * A small file outside of our hands, such as git's configuration: one character per byte or as UTF-8. Undefined where it is
 * no regular file (a pipe would be waited for, a device has no end) or larger than `maxBytes`. Throws system errors.
 */
export function readSmallFile(
  path: string,
  maxBytes: number,
  options: { readonly encoding: 'latin1' | 'utf8'; readonly followLinks: boolean },
): string | undefined {
  const flags = options.followLinks ? SAFE_READ & ~(constants.O_NOFOLLOW ?? 0) : SAFE_READ;
  const descriptor = openSync(path, flags);
  try {
    return readOpenFile(descriptor, maxBytes)?.bytes.toString(options.encoding);
  } finally {
    closeSync(descriptor);
  }
}

function readOpenFile(descriptor: number, maxBytes: number): { bytes: Buffer; stats: Stats } | undefined {
  const stats = fstatSync(descriptor);
  if (!stats.isFile() || stats.size > maxBytes) return undefined;
  // One byte more than expected: room to see that it has grown.
  let bytes = Buffer.allocUnsafe(stats.size + 1);
  for (let length = 0; ;) {
    const count = readSync(descriptor, bytes, length, bytes.length - length, null);
    length += count;
    if (length > maxBytes) return undefined;
    if (count === 0 || length < bytes.length) return { bytes: bytes.subarray(0, length), stats };
    bytes = Buffer.concat([bytes, Buffer.allocUnsafe(Math.max(4096, bytes.length))]);
  }
}

/** Roots for which the system tells where an open file is, under the name that we know. */
const namedRoots = new Map<string, boolean>();

function isAt(descriptor: number, root: string, path: string): boolean {
  let named = namedRoots.get(root);
  if (named === undefined) namedRoots.set(root, (named = isNamedBySystem(root)));
  if (named) return nameOf(descriptor)?.replace(DELETED, '') === join(root, path);
  return hasOnlyDirectoriesAbove(root, path) && isSameFile(descriptor, join(root, path));
}

/** On Linux, where `/proc` is mounted. */
function isNamedBySystem(root: string): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const descriptor = openSync(root, constants.O_RDONLY | (constants.O_DIRECTORY ?? 0));
    try {
      return nameOf(descriptor) === root;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return false;
  }
}

function nameOf(descriptor: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return undefined;
  }
}

/** The best that can be done elsewhere: looks at the directories after opening. Whoever is quick enough can still deceive it. */
function hasOnlyDirectoriesAbove(root: string, path: string): boolean {
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    if (!lstatSync(join(root, path.slice(0, slash)), { throwIfNoEntry: false })?.isDirectory()) return false;
  }
  return true;
}

function isSameFile(descriptor: number, absolutePath: string): boolean {
  const [open, named] = [fstatSync(descriptor), lstatSync(absolutePath, { throwIfNoEntry: false })];
  return named !== undefined && open.dev === named.dev && open.ino === named.ino;
}
