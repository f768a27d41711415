import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { cpuQuota, memoryLevels, readGroupMemory, NO_LIMIT_ABOVE_BYTES, type MemoryLevel } from './cgroup.js';
import { HostMemoryWatch, plainHostMemory, readHostMemory, type HostMemory } from './host-memory.js';

/** Whose limit is the smallest and therefore holds. */
export type LimitSource = 'flag' | 'cgroup-v2' | 'cgroup-v1' | 'ram';

/** What the machine, or the part of it that is ours, can give. Bytes. */
export interface SystemFacts {
  /** Threads that can run at once: affinity and CPU quota respected, at least 1. */
  readonly cores: number;
  /** RAM of the machine. */
  readonly totalBytes: number;
  readonly limitBytes: number;
  readonly limitSource: LimitSource;
  /** What is left to take now, never above the limit. */
  readonly availableBytes: number;
}

/** One look at memory. Bytes. */
export interface MemoryUsage {
  /** Resident memory of the process: every thread and native memory included. */
  readonly rssBytes: number;
  /** The most the process ever had resident, from the kernel: also sees peaks between two looks. */
  readonly highWaterRssBytes?: number;
  /** Use and limit of the control group that is fullest, reclaimable page cache left out. */
  readonly groupUsedBytes?: number;
  readonly groupLimitBytes?: number;
  readonly reclaimableBytes?: number;
  /** Use and size of the machine; only where no control group limits us, because inside one they are others' business. */
  readonly systemUsedBytes?: number;
  readonly systemTotalBytes?: number;
  /** `some avg10` of /proc/pressure/memory, percent. */
  readonly psiSomeAvg10?: number;
}

/** Where facts come from; every default is the real machine. */
export interface SystemSources {
  /** Root of the file system that holds `proc` and `sys`; tests name a fixture folder. */
  readonly fsRoot?: string;
  readonly maxMemoryBytes?: number;
  readonly parallelism?: number;
  /** Memory of the machine at no cost; enough inside a control group. */
  readonly plainMemory?: () => HostMemory;
  /** Memory of the machine, page cache understood; asked only where no control group limits us. */
  readonly hostMemory?: () => Promise<HostMemory>;
  /** libuv's own idea of the limit in bytes: a second opinion where the group files cannot be read. */
  readonly constrainedMemory?: () => number;
  readonly rssBytes?: () => number;
  readonly highWaterRssBytes?: () => number;
  readonly now?: () => number;
}

/** Facts about the machine, and a reader for repeated looks at its memory. */
export interface SystemInfo {
  readonly facts: SystemFacts;
  readonly readMemoryUsage: () => MemoryUsage;
}

function psiSomeAvg10(fsRoot: string): number | undefined {
  try {
    const match = /^some avg10=([\d.]+)/m.exec(readFileSync(join(fsRoot, 'proc/pressure/memory'), 'utf8'));
    return match ? Number(match[1]) : undefined;
  } catch {
    return undefined;
  }
}

function constrainedBytes(sources: SystemSources): number {
  const ask =
    sources.constrainedMemory ?? (sources.fsRoot === undefined ? () => process.constrainedMemory() : undefined);
  const bytes = ask?.() ?? 0;
  return bytes > 0 && bytes < NO_LIMIT_ABOVE_BYTES ? bytes : Infinity;
}

/** The smallest of the limits; on a tie the one that is nearest to the user's hand wins. */
function smallestLimit(sources: SystemSources, levels: readonly MemoryLevel[], totalBytes: number) {
  const limits: { source: LimitSource; bytes: number }[] = [
    { source: 'ram', bytes: totalBytes },
    { source: levels[0]?.version ?? 'cgroup-v1', bytes: constrainedBytes(sources) },
    ...levels.map((level) => ({ source: level.version, bytes: level.limitBytes })),
    { source: 'flag', bytes: sources.maxMemoryBytes ?? Infinity },
  ];
  return limits.reduce((best, next) =>
    next.bytes < best.bytes || (next.bytes === best.bytes && next.source === 'flag') ? next : best,
  );
}

/** The fullest of the groups: the one whose limit is hit first. */
function groupUsage(levels: readonly MemoryLevel[]) {
  let fullest: { used: number; limit: number; reclaimable: number } | undefined;
  for (const level of levels) {
    const memory = readGroupMemory(level);
    if (!memory) continue;
    const next = { used: memory.usedBytes, limit: level.limitBytes, reclaimable: memory.reclaimableBytes };
    if (!fullest || next.used / next.limit > fullest.used / fullest.limit) fullest = next;
  }
  return fullest;
}

/** Reads what there is to work with, once, and prepares the reader that the memory monitor polls. */
export async function readSystemInfo(sources: SystemSources = {}): Promise<SystemInfo> {
  const fsRoot = sources.fsRoot ?? '/';
  const readHost = sources.hostMemory ?? readHostMemory;
  const plain = (sources.plainMemory ?? plainHostMemory)();
  const levels = memoryLevels(fsRoot).filter((level) => level.limitBytes < plain.totalBytes);
  const host = levels.length === 0 ? await readHost() : plain;
  const limit = smallestLimit(sources, levels, host.totalBytes);
  const headrooms = levels.map((level) => level.limitBytes - (readGroupMemory(level)?.usedBytes ?? 0));
  const parallelism = sources.parallelism ?? availableParallelism();

  const facts: SystemFacts = {
    cores: Math.max(1, Math.min(parallelism, Math.ceil(cpuQuota(fsRoot) ?? Infinity))),
    totalBytes: host.totalBytes,
    limitBytes: limit.bytes,
    limitSource: limit.source,
    availableBytes: Math.max(0, Math.min(limit.bytes, host.availableBytes, ...headrooms)),
  };

  const watch =
    levels.length === 0 ? new HostMemoryWatch(host, readHost, sources.now ?? (() => performance.now())) : undefined;
  const rss = sources.rssBytes ?? (() => process.memoryUsage.rss());
  const highWater = sources.highWaterRssBytes ?? (() => process.resourceUsage().maxRSS * 1024);

  const readMemoryUsage = (): MemoryUsage => {
    const group = groupUsage(levels);
    const machine = watch?.latest();
    const psi = psiSomeAvg10(fsRoot);
    return {
      rssBytes: rss(),
      highWaterRssBytes: highWater(),
      ...(group && { groupUsedBytes: group.used, groupLimitBytes: group.limit, reclaimableBytes: group.reclaimable }),
      ...(machine && {
        systemUsedBytes: machine.totalBytes - machine.availableBytes,
        systemTotalBytes: machine.totalBytes,
      }),
      ...(psi !== undefined && { psiSomeAvg10: psi }),
    };
  };
  return { facts, readMemoryUsage };
}
