import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** The two generations of Linux control groups. */
export type CgroupVersion = 'cgroup-v1' | 'cgroup-v2';

/** One control group on the way from ours up to the root that limits memory. */
export interface MemoryLevel {
  readonly version: CgroupVersion;
  readonly directory: string;
  readonly limitBytes: number;
}

/** Memory charged to a control group and everything below it, in bytes. */
export interface GroupMemory {
  /** Without what the kernel takes back before it would kill anyone. */
  readonly usedBytes: number;
  readonly reclaimableBytes: number;
}

/** A value beyond 2^50 bytes is the kernel's way (v1) or libuv's way of saying that there is no limit. */
export const NO_LIMIT_ABOVE_BYTES = 2 ** 50;

interface Mount {
  readonly version: CgroupVersion;
  readonly controllers: readonly string[];
  /** The directory of the hierarchy that is mounted: in a container often not `/`. */
  readonly root: string;
  readonly point: string;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function readNumber(path: string): number | undefined {
  const text = readText(path)?.trim();
  return text === undefined || !/^-?\d+$/.test(text) ? undefined : Number(text);
}

/** Mount points escape blanks and backslashes as three octal digits (proc(5)). */
function unescapeMount(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

function readMounts(fsRoot: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of (readText(join(fsRoot, 'proc/self/mountinfo')) ?? '').split('\n')) {
    const [left, right] = line.split(' - ');
    const [, , , root, point] = (left ?? '').split(' ');
    const [type, , options] = (right ?? '').split(' ');
    if (root === undefined || point === undefined || (type !== 'cgroup' && type !== 'cgroup2')) continue;
    mounts.push({
      version: type === 'cgroup2' ? 'cgroup-v2' : 'cgroup-v1',
      controllers: (options ?? '').split(','),
      root: unescapeMount(root),
      point: unescapeMount(point),
    });
  }
  return mounts;
}

/** Where distributions mount the hierarchies, for the rare case that mountinfo cannot be read. */
function usualMount(version: CgroupVersion, controller: string): Mount {
  const point = version === 'cgroup-v2' ? '/sys/fs/cgroup' : `/sys/fs/cgroup/${controller}`;
  return { version, controllers: [controller], root: '/', point };
}

/** A group seen from a container: below the mounted part of the hierarchy, or the mount itself when it lies outside. */
function pathBelowMount(path: string, root: string): string {
  if (root !== '/' && (path === root || path.startsWith(`${root}/`))) return path.slice(root.length);
  return path.startsWith('/..') ? '' : path;
}

/** Directories of our group and of every ancestor, innermost first, in each hierarchy that has the controller. */
function groupDirectories(fsRoot: string, controller: string): { version: CgroupVersion; directory: string }[] {
  const mounts = readMounts(fsRoot);
  const found: { version: CgroupVersion; directory: string }[] = [];
  for (const line of (readText(join(fsRoot, 'proc/self/cgroup')) ?? '').split('\n')) {
    const match = /^\d+:([^:]*):(\/.*)$/.exec(line);
    if (!match) continue;
    const [, controllers = '', path = '/'] = match;
    const version = controllers === '' ? 'cgroup-v2' : 'cgroup-v1';
    if (version === 'cgroup-v1' && !controllers.split(',').includes(controller)) continue;
    const mount =
      mounts.find((m) => m.version === version && (version === 'cgroup-v2' || m.controllers.includes(controller))) ??
      usualMount(version, controller);
    for (let below = posix.normalize(pathBelowMount(path, mount.root) || '/'); ; below = posix.dirname(below)) {
      found.push({ version, directory: join(fsRoot, mount.point, below) });
      if (below === '/') break;
    }
  }
  return found;
}

/** The groups that limit our memory (`memory.max`, `memory.high`, v1 `memory.limit_in_bytes`), innermost first. */
export function memoryLevels(fsRoot: string): MemoryLevel[] {
  const levels: MemoryLevel[] = [];
  for (const { version, directory } of groupDirectories(fsRoot, 'memory')) {
    const files = version === 'cgroup-v2' ? ['memory.max', 'memory.high'] : ['memory.limit_in_bytes'];
    const limitBytes = Math.min(...files.map((file) => readNumber(join(directory, file)) ?? Infinity));
    if (limitBytes > 0 && limitBytes < NO_LIMIT_ABOVE_BYTES) levels.push({ version, directory, limitBytes });
  }
  return levels;
}

/**
 * What a group uses. Page cache that no process maps and reclaimable slab are not use: the kernel drops them before it
 * kills. `active_file` belongs to it, because a file that was read twice sits there and can fill a large group.
 */
export function readGroupMemory(level: MemoryLevel): GroupMemory | undefined {
  const v2 = level.version === 'cgroup-v2';
  const chargedBytes = readNumber(join(level.directory, v2 ? 'memory.current' : 'memory.usage_in_bytes'));
  if (chargedBytes === undefined) return undefined;
  const stat = new Map<string, number>();
  for (const line of (readText(join(level.directory, 'memory.stat')) ?? '').split('\n')) {
    const [key = '', value] = line.split(' ');
    stat.set(key, Number(value));
  }
  // In v1 only the `total_` figures include the groups below.
  const field = (name: string): number => (v2 ? stat.get(name) : (stat.get(`total_${name}`) ?? stat.get(name))) ?? 0;
  const mappedBytes = field(v2 ? 'file_mapped' : 'mapped_file');
  const cacheBytes = field('inactive_file') + Math.max(0, field('active_file') - mappedBytes);
  const reclaimableBytes = Math.min(chargedBytes, cacheBytes + (v2 ? field('slab_reclaimable') : 0));
  return { usedBytes: chargedBytes - reclaimableBytes, reclaimableBytes };
}

/** Processors that the CPU quota of our group and its ancestors pays for (may be fractional); undefined without a quota. */
export function cpuQuota(fsRoot: string): number | undefined {
  let quota = Infinity;
  for (const { version, directory } of groupDirectories(fsRoot, 'cpu')) {
    if (version === 'cgroup-v2') {
      const [max, period] = (readText(join(directory, 'cpu.max')) ?? '').trim().split(' ').map(Number);
      if (max !== undefined && period !== undefined && max > 0 && period > 0) quota = Math.min(quota, max / period);
    } else {
      const max = readNumber(join(directory, 'cpu.cfs_quota_us')) ?? -1;
      const period = readNumber(join(directory, 'cpu.cfs_period_us')) ?? 0;
      if (max > 0 && period > 0) quota = Math.min(quota, max / period);
    }
  }
  return Number.isFinite(quota) ? quota : undefined;
}
