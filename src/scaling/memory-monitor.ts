import type { MemorySample } from '../shared/events.js';
import type { MemoryUsage } from './system-info.js';

/** Time as a value, so that tests need not wait. */
export interface Clock {
  /** Milliseconds on a clock that never goes backwards. */
  now(): number;
  /** Calls `tick` every `intervalMs`; the returned function ends that. Must not keep the process alive. */
  every(intervalMs: number, tick: () => void): () => void;
}

/** The real clock; its timers never keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  every: (intervalMs, tick) => {
    const timer = setInterval(tick, intervalMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/**
 * Exponential moving average for samples at uneven distances: after one window without change, 63 % of a step is visible.
 * s += (x - s) * (1 - e^(-dt / window)), as the kernel does for its load averages.
 */
export class SmoothedValue {
  private current: number | undefined;
  private lastMs = 0;

  constructor(private readonly windowMs: number) {}

  add(value: number, nowMs: number): number {
    const weight = 1 - Math.exp(-Math.max(0, nowMs - this.lastMs) / this.windowMs);
    this.current = this.current === undefined ? value : this.current + (value - this.current) * weight;
    this.lastMs = nowMs;
    return this.current;
  }
}

/** How full memory is, 0..1 (beyond 1 over the limit): the worst of our own share, our control group and the machine. */
export function memoryPressure(usage: MemoryUsage, limitBytes: number): number {
  const share = (used: number | undefined, total: number | undefined): number =>
    used === undefined || total === undefined || total <= 0 ? 0 : used / total;
  return Math.max(
    share(usage.rssBytes, limitBytes),
    share(usage.groupUsedBytes, usage.groupLimitBytes),
    share(usage.systemUsedBytes, usage.systemTotalBytes),
  );
}

/** What a monitor needs; windows and interval in milliseconds. */
export interface MemoryMonitorOptions {
  readonly limitBytes: number;
  readonly read: () => MemoryUsage;
  readonly pollIntervalMs: number;
  readonly shortWindowMs: number;
  readonly longWindowMs: number;
  readonly clock?: Clock;
}

/** Polls memory and tells its subscribers the pressure, smoothed over a short and a long window. */
export class MemoryMonitor {
  private readonly clock: Clock;
  private readonly subscribers = new Set<(sample: MemorySample) => void>();
  private readonly short: SmoothedValue;
  private readonly long: SmoothedValue;
  private readonly startMs: number;
  private readonly firstHighWaterBytes: number;
  private stopTimer: (() => void) | undefined;
  private peakBytes = 0;

  constructor(private readonly options: MemoryMonitorOptions) {
    this.clock = options.clock ?? systemClock;
    this.short = new SmoothedValue(options.shortWindowMs);
    this.long = new SmoothedValue(options.longWindowMs);
    this.startMs = this.clock.now();
    this.firstHighWaterBytes = options.read().highWaterRssBytes ?? Infinity;
  }

  /** What the process is to stay below, in bytes. */
  get limitBytes(): number {
    return this.options.limitBytes;
  }

  /** The most the process had resident since this monitor was made, in bytes; the kernel's mark fills the gaps between looks. */
  get peakRssBytes(): number {
    this.record(this.options.read());
    return this.peakBytes;
  }

  /** Begins to poll; the first sample is taken at once. Starting twice changes nothing. */
  start(): void {
    if (this.stopTimer) return;
    this.stopTimer = this.clock.every(this.options.pollIntervalMs, () => this.sample());
    this.sample();
  }

  stop(): void {
    this.stopTimer?.();
    this.stopTimer = undefined;
  }

  /** Registers a listener for samples and returns the function that removes it. */
  subscribe(listener: (sample: MemorySample) => void): () => void {
    this.subscribers.add(listener);
    return () => this.subscribers.delete(listener);
  }

  /** Looks now, outside the rhythm too (after a large batch, say), and tells the subscribers. */
  sample(): MemorySample {
    const usage = this.options.read();
    const nowMs = this.clock.now();
    const pressure = memoryPressure(usage, this.options.limitBytes);
    this.record(usage);
    const sample: MemorySample = {
      atMs: nowMs - this.startMs,
      rssBytes: usage.rssBytes,
      limitBytes: this.options.limitBytes,
      pressureShort: this.short.add(pressure, nowMs),
      pressureLong: this.long.add(pressure, nowMs),
      ...(usage.psiSomeAvg10 !== undefined && { psiSomeAvg10: usage.psiSomeAvg10 }),
    };
    for (const listener of this.subscribers) listener(sample);
    return sample;
  }

  private record(usage: MemoryUsage): void {
    const highWater = usage.highWaterRssBytes ?? 0;
    // The mark counts from the birth of the process (or of what it was exec'ed from): only a risen mark is ours.
    this.peakBytes = Math.max(this.peakBytes, usage.rssBytes, highWater > this.firstHighWaterBytes ? highWater : 0);
  }
}
