import type { MemorySample, ScaleEvent } from '../shared/events.js';
import { decide, initialScalerState, type ScalerState, type ScalingLimits, type WorkerRange } from './auto-scaler.js';
import type { MemoryMonitor } from './memory-monitor.js';

/**
 * Something that follows the number of workers: the queue's concurrency, the live threads. Its `min` should be 1 even for
 * a fixed number of workers, because a trickle goes on with one.
 */
export interface Dial {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  get(): number;
  set(workers: number): void;
}

/** Pressures and times of the scaling limits, without the bounds, which come from the range. */
export type ScalingPolicy = Omit<ScalingLimits, 'min' | 'max'>;

/** What an auto-scaler is wired to. */
export interface AutoScalerOptions {
  readonly monitor: Pick<MemoryMonitor, 'subscribe'>;
  readonly range: WorkerRange;
  readonly policy: ScalingPolicy;
  readonly dials: readonly Dial[];
  /** Tasks that wait for a worker. */
  readonly backlog: () => number;
  /** Workers with a task. */
  readonly busy: () => number;
  readonly pauseAdmission: () => void;
  readonly resumeAdmission: () => void;
  readonly onDecision: (event: ScaleEvent) => void;
}

/** The action: turns the monitor's samples into decisions, and decisions into the positions of the dials. */
export class AutoScaler {
  private readonly limits: ScalingLimits;
  private state: ScalerState;
  private unsubscribe: (() => void) | undefined;
  private lowest: number;
  private highest: number;

  constructor(private readonly options: AutoScalerOptions) {
    const { range, policy } = options;
    this.limits = { ...policy, min: range.min, max: range.max };
    this.state = initialScalerState(range.initial);
    this.lowest = range.initial;
    this.highest = range.initial;
  }

  /** The number of workers aimed at, and the least and most there were so far. */
  get workers(): { readonly target: number; readonly lowest: number; readonly highest: number } {
    return { target: this.state.target, lowest: this.lowest, highest: this.highest };
  }

  /** Sets the dials to the initial number and follows the monitor from now on. Starting twice changes nothing. */
  start(): void {
    if (this.unsubscribe) return;
    this.turnDials(this.state.target);
    this.unsubscribe = this.options.monitor.subscribe((sample) => this.follow(sample));
  }

  /** Leaves the dials where they are; admission is opened again, so that nobody waits for a scaler that is gone. */
  stop(): void {
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    if (this.state.admission.kind !== 'paused') return;
    this.state = { ...this.state, admission: { kind: 'open' } };
    this.options.resumeAdmission();
  }

  private follow(sample: MemorySample): void {
    const backlog = this.options.backlog();
    const { pressureShort, pressureLong } = sample;
    const signal = { nowMs: sample.atMs, pressureShort, pressureLong, busy: this.options.busy(), backlog };
    const before = this.state.admission.kind;
    const { state, decision } = decide(this.state, signal, this.limits);
    this.state = state;
    if (decision.kind === 'hold') return;

    const { from, to, reason } = decision;
    if (to !== from) this.turnDials(to);
    if (before !== 'paused' && state.admission.kind === 'paused') this.options.pauseAdmission();
    if (before === 'paused' && state.admission.kind !== 'paused') this.options.resumeAdmission();
    this.options.onDecision({ ...sample, from, to, backlog, decision: decision.kind, reason });
  }

  private turnDials(workers: number): void {
    this.lowest = Math.min(this.lowest, workers);
    this.highest = Math.max(this.highest, workers);
    for (const dial of this.options.dials) dial.set(Math.max(dial.min, Math.min(dial.max, workers)));
  }
}
