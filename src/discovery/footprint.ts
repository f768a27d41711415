import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { UNKNOWN_MTIME_MS, isRacy } from '../shared/file-stamp.js';
import type { FileSystem } from './file-system.js';

/** Times of a directory or a rule file, in milliseconds since the epoch; both 0 where it does not exist. */
export interface PathStamp {
  /** `UNKNOWN_MTIME_MS` where it was changed so shortly before that it may change again unnoticed. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/**
 * What the result of a discovery hangs on beside the files themselves: while none of it changes, the tree has no other
 * files than before, and a look at each known file tells what a walk would tell.
 */
export interface Footprint {
  /** The repository around the tree, and what was asked for; see `scopeText`. */
  readonly scope: string;
  /** Walked directories relative to the root, parents before what is in them. A new, deleted or renamed entry changes the times of its directory. */
  readonly directories: ReadonlyMap<string, PathStamp>;
  /** Ignore files and git's configuration, by absolute path, also those that do not exist. */
  readonly ruleFiles: ReadonlyMap<string, PathStamp>;
  /** The index of git, by absolute path; empty outside of a repository. */
  readonly gitIndex: ReadonlyMap<string, PathStamp>;
}

const ABSENT: PathStamp = { mtimeMs: 0, ctimeMs: 0 };

/** The times of a path as they are now. */
export function timesOf(fs: FileSystem, path: string): PathStamp {
  try {
    const stats = fs.stat(path);
    return stats === undefined ? ABSENT : { mtimeMs: stats.mtimeMs, ctimeMs: stats.ctimeMs };
  } catch {
    return ABSENT;
  }
}

/** The times of a path to be kept and compared with later ones. */
export function stampOf(fs: FileSystem, path: string): PathStamp {
  const times = timesOf(fs, path);
  return isRacy(times, Date.now()) ? { ...times, mtimeMs: UNKNOWN_MTIME_MS } : times;
}

/** True when nothing has happened to a path since `stored` was taken. */
export function isSameStamp(stored: PathStamp, current: PathStamp): boolean {
  const isTrusted = stored.mtimeMs !== UNKNOWN_MTIME_MS || stored.ctimeMs === 0;
  return isTrusted && stored.mtimeMs === current.mtimeMs && stored.ctimeMs === current.ctimeMs;
}

type Row = readonly [path: string, mtimeMs: number, ctimeMs: number];

/** A footprint in bytes, to be kept with the index. */
export function packFootprint({ scope, directories, ruleFiles, gitIndex }: Footprint): Uint8Array {
  const rows = (stamps: ReadonlyMap<string, PathStamp>): Row[] =>
    [...stamps].map(([path, { mtimeMs, ctimeMs }]) => [path, mtimeMs, ctimeMs]);
  const lists = { directories: rows(directories), ruleFiles: rows(ruleFiles), gitIndex: rows(gitIndex) };
  return deflateRawSync(JSON.stringify({ scope, ...lists }), { level: 1 });
}

/** The footprint in bytes that `packFootprint` made; undefined for any others. */
export function unpackFootprint(bytes: Uint8Array): Footprint | undefined {
  const stamps = (rows: readonly Row[]) =>
    new Map(rows.map(([path, mtimeMs, ctimeMs]) => [path, { mtimeMs, ctimeMs }] as const));
  try {
    const { scope, directories, ruleFiles, gitIndex } = JSON.parse(inflateRawSync(bytes).toString()) as {
      readonly scope: string;
      readonly directories: readonly Row[];
      readonly ruleFiles: readonly Row[];
      readonly gitIndex: readonly Row[];
    };
    return { scope, directories: stamps(directories), ruleFiles: stamps(ruleFiles), gitIndex: stamps(gitIndex) };
  } catch {
    return undefined;
  }
}
