/** Sums over the slots of a pool, in milliseconds: at work, idle for want of input, blocked by what comes after. */
export interface PoolTimes {
  readonly activeMs: number;
  readonly inputWaitMs: number;
  readonly outputWaitMs: number;
}

/** Integrates slots over time. Call `change` before each change of what runs; what lies before the first task does not count. */
export class PoolClock {
  private lastMs: number | undefined;
  private active = 0;
  private inputWait = 0;
  private outputWait = 0;

  constructor(private readonly now: () => number) {}

  /** Books the time since the last change for `running` busy slots (of which `blocked` wait for output) of `slots`. */
  change(slots: number, running: number, blocked: number): void {
    const nowMs = this.now();
    const sinceMs = this.lastMs === undefined ? 0 : nowMs - this.lastMs;
    this.lastMs = nowMs;
    this.active += sinceMs * (running - blocked);
    this.outputWait += sinceMs * blocked;
    this.inputWait += sinceMs * Math.max(0, slots - running);
  }

  get times(): PoolTimes {
    return { activeMs: this.active, inputWaitMs: this.inputWait, outputWaitMs: this.outputWait };
  }
}
