import { freemem, platform, totalmem } from 'node:os';

/** Memory of the whole machine, in bytes. */
export interface HostMemory {
  readonly totalBytes: number;
  /** What can be had without swapping: free memory and page cache that can be dropped. */
  readonly availableBytes: number;
}

/** Off Linux a look starts a system program (`vm_stat`, PowerShell), so looks are rarer there. Milliseconds. */
export const HOST_REFRESH_MS = platform() === 'linux' ? 200 : 2_000;

/** The machine's memory as `os` tells it: at no cost, exact on Linux, blind to droppable page cache on macOS. */
export function plainHostMemory(): HostMemory {
  return { totalBytes: totalmem(), availableBytes: freemem() };
}

/**
 * Reads the machine's memory through systeminformation, which knows page cache on Linux, macOS and Windows;
 * `os` answers where it cannot. Loading it takes 30 ms and 12 MB, hence only on first need.
 */
export async function readHostMemory(): Promise<HostMemory> {
  try {
    const { mem } = await import('systeminformation');
    const { total, available } = await mem();
    if (total > 0 && available >= 0) return { totalBytes: total, availableBytes: Math.min(available, total) };
  } catch {
    // An unreadable machine is not a reason to stop: the plain figures follow.
  }
  return plainHostMemory();
}

/** Keeps the last known memory of the machine at hand without waiting: `latest()` answers at once and refreshes behind. */
export class HostMemoryWatch {
  private readAtMs: number;
  private refreshing = false;

  constructor(
    private last: HostMemory,
    private readonly read: () => Promise<HostMemory>,
    private readonly now: () => number,
    private readonly refreshMs: number = HOST_REFRESH_MS,
  ) {
    this.readAtMs = now();
  }

  latest(): HostMemory {
    if (!this.refreshing && this.now() - this.readAtMs >= this.refreshMs) {
      this.refreshing = true;
      this.refreshed().catch(() => undefined);
    }
    return this.last;
  }

  private async refreshed(): Promise<void> {
    try {
      this.last = await this.read();
    } finally {
      this.readAtMs = this.now();
      this.refreshing = false;
    }
  }
}
