import type { Clock } from '../../../src/scaling/memory-monitor.js';

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  private nowMs = 0;
  private readonly ticks = new Set<{ nextMs: number; readonly intervalMs: number; readonly tick: () => void }>();

  /** Timers that are still running. */
  get timers(): number {
    return this.ticks.size;
  }

  now(): number {
    return this.nowMs;
  }

  every(intervalMs: number, tick: () => void): () => void {
    const entry = { nextMs: this.nowMs + intervalMs, intervalMs, tick };
    this.ticks.add(entry);
    return () => this.ticks.delete(entry);
  }

  advance(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      const due = [...this.ticks].filter(({ nextMs }) => nextMs <= endMs).sort((a, b) => a.nextMs - b.nextMs)[0];
      if (!due) break;
      this.nowMs = due.nextMs;
      due.nextMs += due.intervalMs;
      due.tick();
    }
    this.nowMs = endMs;
  }
}
