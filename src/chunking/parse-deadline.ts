import { readFileSync } from 'node:fs';
import type { ParseMemory } from './parse-memory.js';

/** Slices of wall time, as parts of the limit, after which a late parse is looked at again. */
const SLICES_PER_LIMIT = 10;

/** A parse takes up to 250 MB of memory per second: so it is looked at after every few megabytes. */
const MEMORY_SLICE_MS = 25;

/**
 * Decides when a parse has had its time. What a machine is busy with, or that it slept, must not decide how a file is cut:
 * a parse that is late by the clock goes on until its thread has computed for the whole limit since then. Watching the
 * clock alone until that moment makes the common case cost nothing.
 */
export class ParseDeadline {
  private lateAtCpuMs: number | undefined;
  private waitedMs = 0;

  /** `cpuMs` gives the processor time of this thread, where the platform tells it; `memory` ends a parse too. */
  constructor(
    private readonly limitMs: number,
    private readonly cpuMs: () => number = threadCpuMs,
    private readonly memory?: ParseMemory,
  ) {}

  /** Milliseconds of wall time to parse before `isPassed` is asked. */
  get sliceMs(): number {
    const sliceMs = this.lateAtCpuMs === undefined ? this.limitMs : this.limitMs / SLICES_PER_LIMIT;
    return this.memory === undefined ? sliceMs : Math.min(sliceMs, MEMORY_SLICE_MS);
  }

  /** Asked at the end of each slice: whether the parse is to be given up. Throws `memory-short`, see `ParseMemory`. */
  isPassed(): boolean {
    if (this.memory?.isTreeTooLarge()) return true;
    this.waitedMs += this.sliceMs;
    if (this.waitedMs < this.limitMs) return false;
    if (this.lateAtCpuMs === undefined) {
      this.lateAtCpuMs = this.cpuMs();
      return false;
    }
    return this.cpuMs() - this.lateAtCpuMs >= this.limitMs;
  }
}

/** Processor time of the calling thread in milliseconds; wall time where the platform does not tell. */
function threadCpuMs(): number {
  // Node has it from version 23.9 on.
  const { threadCpuUsage } = process as { threadCpuUsage?: () => NodeJS.CpuUsage };
  if (threadCpuUsage !== undefined) {
    const { user, system } = threadCpuUsage.call(process);
    return (user + system) / 1000;
  }
  return linuxThreadCpuMs() ?? performance.now();
}

/** The first number of /proc/thread-self/schedstat: nanoseconds on a processor. */
function linuxThreadCpuMs(): number | undefined {
  try {
    const nanoseconds = parseInt(readFileSync('/proc/thread-self/schedstat', 'utf8'), 10);
    return nanoseconds > 0 ? nanoseconds / 1e6 : undefined;
  } catch {
    return undefined;
  }
}
