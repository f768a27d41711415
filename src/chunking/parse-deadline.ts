import { readFileSync } from 'node:fs';
import type { ParseMemory } from './parse-memory.js';

/** Slices of wall time, as parts of the limit, after which a late parse is looked at again. */
const SLICES_PER_LIMIT = 10;

/**
 * Decides when a parse has had its time. What a machine is busy with, or that it slept, must not decide how a file is cut:
 * a parse that is late by the clock goes on until its thread has computed for the whole limit since then. Watching the
 * clock alone until that moment makes the common case cost nothing.
 */
export class ParseDeadline {
  private lateAtCpuMs: number | undefined;
  private sliceNowMs: number;
  /**
   * Whether the parse is to begin anew after the question asked last, in a slice twice as long. A parse that is suspended and
   * goes on may choose another way out of an error than one that is not (Kotlin and Haskell were seen to), and where
   * the slices end is up to the machine: the tree must come from one slice.
   */
  isToRestart = false;

  /** `cpuMs` gives the processor time of this thread, where the platform tells it; `memory` ends a parse too. */
  constructor(
    private readonly limitMs: number,
    private readonly cpuMs: () => number = threadCpuMs,
    private readonly memory?: ParseMemory,
  ) {
    this.sliceNowMs = Math.min(limitMs, memory?.firstSliceMs ?? limitMs);
  }

  /** Milliseconds of wall time to parse before `isPassed` is asked. */
  get sliceMs(): number {
    return this.lateAtCpuMs === undefined ? this.sliceNowMs : this.limitMs / SLICES_PER_LIMIT;
  }

  /** Asked at the end of each slice: whether the parse is to be given up. Throws `memory-short`, see `ParseMemory`. */
  isPassed(): boolean {
    if (this.memory?.isTreeTooLarge()) return true;
    this.isToRestart = this.sliceNowMs < this.limitMs;
    if (this.isToRestart) {
      this.sliceNowMs = Math.min(this.limitMs, this.sliceNowMs * 2);
      return false;
    }
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
