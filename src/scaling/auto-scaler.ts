import type { SystemFacts } from './system-info.js';

/** Available memory (decimal GB, so that a machine sold as 4 GB counts as one) and the workers it carries at the start. */
export const MEMORY_TIERS: readonly { readonly availableBytes: number; readonly workers: number }[] = [
  { availableBytes: 32e9, workers: 32 },
  { availableBytes: 16e9, workers: 16 },
  { availableBytes: 8e9, workers: 8 },
  { availableBytes: 4e9, workers: 4 },
  { availableBytes: 2e9, workers: 2 },
  { availableBytes: 0, workers: 1 },
];

/** How the user wants to scale: `fixed` workers, or automatically, `aggressive` up to twice the cores and twice the tier. */
export interface ScalingWish {
  readonly aggressive: boolean;
  readonly fixed?: number | undefined;
}

/** Where the number of workers starts and between what it may move. */
export interface WorkerRange {
  readonly initial: number;
  readonly min: number;
  readonly max: number;
  /** The choice in words. */
  readonly reason: string;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/**
 * Initial number and bounds of the workers: the tier of the available memory, at most the cores, at least 1. A fixed number
 * is taken as it is, even beyond the cores.
 */
export function workerRange(facts: SystemFacts, wish: ScalingWish): WorkerRange {
  if (wish.fixed !== undefined) {
    const fixed = Math.max(1, Math.floor(wish.fixed));
    return { initial: fixed, min: fixed, max: fixed, reason: `${fixed} as asked for` };
  }
  const factor = wish.aggressive ? 2 : 1;
  const tier = MEMORY_TIERS.find((entry) => facts.availableBytes >= entry.availableBytes)?.workers ?? 1;
  const max = Math.max(1, facts.cores * factor);
  const initial = Math.max(1, Math.min(tier * factor, max));
  const mode = wish.aggressive ? ', doubled by aggressive scaling' : '';
  return {
    initial,
    min: 1,
    max,
    reason: `${gigabytes(facts.availableBytes)} available carry ${tier}, the processor runs ${facts.cores} at once${mode}`,
  };
}

/** The bounds of the number of workers; thresholds are pressures (0..1), times milliseconds. */
export interface ScalingLimits {
  readonly min: number;
  readonly max: number;
  readonly aggressive: boolean;
  /** Above it half of the workers go. */
  readonly halvePressure: number;
  /** From here on a quarter of the workers goes. */
  readonly shrinkPressure: number;
  /** Below it workers are added while work waits. */
  readonly growPressure: number;
  /** From here on nothing new starts. */
  readonly stopPressure: number;
  /** Below it work starts again. */
  readonly resumePressure: number;
  readonly cooldownDownMs: number;
  readonly cooldownUpMs: number;
  /** How long a pause may last while nothing runs. */
  readonly stalledPauseMs: number;
}

/**
 * Whether new work may start. `trickle` is the way out of a pause that helps nobody: nothing runs, memory does not fall, so
 * one worker goes on alone until the pressure is gone; without it a too small limit would hang the run.
 */
export type Admission =
  | { readonly kind: 'open' }
  | { readonly kind: 'paused'; readonly stalledSinceMs: number | undefined }
  | { readonly kind: 'trickle' };

/** Everything the decision remembers between two signals. */
export interface ScalerState {
  readonly target: number;
  readonly admission: Admission;
  readonly lastStepAtMs: number | undefined;
}

/** What is known at the moment of a decision. `busy` are workers with a task, `backlog` tasks that wait for one. */
export interface ScalingSignal {
  readonly nowMs: number;
  readonly pressureShort: number;
  readonly pressureLong: number;
  readonly busy: number;
  readonly backlog: number;
}

/** A step, or none (`hold`), with its reason in words. */
export interface ScalingDecision {
  readonly kind: 'up' | 'down' | 'pause' | 'resume' | 'hold';
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** The state before the first signal. */
export function initialScalerState(target: number): ScalerState {
  return { target, admission: { kind: 'open' }, lastStepAtMs: undefined };
}

function percent(pressure: number): string {
  return `${(pressure * 100).toFixed(0)} %`;
}

interface Outcome {
  readonly state: ScalerState;
  readonly decision: ScalingDecision;
}

function hold(state: ScalerState, reason: string): Outcome {
  return { state, decision: { kind: 'hold', from: state.target, to: state.target, reason } };
}

/** Moves the number of workers by the long pressure. */
function step(state: ScalerState, signal: ScalingSignal, limits: ScalingLimits): Outcome {
  const { target } = state;
  const sinceStepMs = state.lastStepAtMs === undefined ? Infinity : signal.nowMs - state.lastStepAtMs;
  const move = (kind: 'up' | 'down', to: number, reason: string): Outcome => ({
    state: { ...state, target: to, lastStepAtMs: signal.nowMs },
    decision: { kind, from: target, to, reason },
  });

  const pressure = signal.pressureLong;
  if (pressure >= limits.shrinkPressure) {
    if (target <= limits.min) return hold(state, `pressure ${percent(pressure)}, already at the minimum`);
    if (sinceStepMs < limits.cooldownDownMs) return hold(state, 'cooling down after the last step');
    const halve = pressure > limits.halvePressure;
    const to = Math.max(limits.min, halve ? Math.floor(target / 2) : target - Math.max(1, Math.floor(target / 4)));
    const threshold = percent(halve ? limits.halvePressure : limits.shrinkPressure);
    return move(
      'down',
      to,
      `memory pressure ${percent(pressure)} is above ${threshold}: ${halve ? 'half' : 'a quarter'} less`,
    );
  }
  if (pressure < limits.growPressure && state.admission.kind === 'open') {
    if (target >= limits.max) return hold(state, 'already at the maximum');
    if (signal.backlog <= 0) return hold(state, 'no backlog');
    if (signal.busy < target) return hold(state, 'the present workers are not all busy');
    if (sinceStepMs < limits.cooldownUpMs) return hold(state, 'cooling down after the last step');
    const share = limits.aggressive ? 2 : 4;
    const to = Math.min(limits.max, target + Math.max(1, Math.floor(target / share)));
    const size = limits.aggressive ? 'half' : 'quarter';
    return move(
      'up',
      to,
      `memory pressure ${percent(pressure)} is below ${percent(limits.growPressure)} with a backlog: a ${size} more`,
    );
  }
  return hold(state, `memory pressure ${percent(pressure)} asks for nothing`);
}

/** What follows from the short pressure for admission; undefined when nothing changes there. */
function admit(state: ScalerState, signal: ScalingSignal, limits: ScalingLimits): Outcome | undefined {
  const { target, admission } = state;
  const pressure = signal.pressureShort;
  const relieved = pressure < limits.resumePressure;
  const change = (kind: ScalingDecision['kind'], next: Admission, to: number, reason: string): Outcome => ({
    state: { target: to, admission: next, lastStepAtMs: to === target ? state.lastStepAtMs : signal.nowMs },
    decision: { kind, from: target, to, reason },
  });
  const below = `memory pressure ${percent(pressure)} is below ${percent(limits.resumePressure)}`;

  switch (admission.kind) {
    case 'open':
      if (pressure < limits.stopPressure) return undefined;
      return change(
        'pause',
        { kind: 'paused', stalledSinceMs: signal.busy > 0 ? undefined : signal.nowMs },
        target,
        `memory pressure ${percent(pressure)} reached ${percent(limits.stopPressure)}: nothing new starts`,
      );
    case 'paused': {
      if (relieved) return change('resume', { kind: 'open' }, target, `${below}: work starts again`);
      const stalledSinceMs = signal.busy > 0 ? undefined : (admission.stalledSinceMs ?? signal.nowMs);
      if (stalledSinceMs !== undefined && signal.nowMs - stalledSinceMs >= limits.stalledPauseMs) {
        const reason = `memory pressure stays at ${percent(pressure)} although nothing runs: going on with one worker`;
        return change('resume', { kind: 'trickle' }, 1, reason);
      }
      if (stalledSinceMs === admission.stalledSinceMs) return undefined;
      return hold({ ...state, admission: { kind: 'paused', stalledSinceMs } }, 'paused');
    }
    case 'trickle': {
      if (!relieved) return hold(state, 'one worker at a time until the pressure is gone');
      // A fixed number is its own minimum and so is restored; an automatic one climbs back by its own steps.
      const to = Math.max(target, limits.min);
      return change(to > target ? 'up' : 'resume', { kind: 'open' }, to, `${below}: back to normal`);
    }
  }
}

/**
 * One decision from one signal; pure. Admission goes first, because it may refuse a task now; then the number of workers.
 * Between steps lies a cool-down; only a trickle (one worker) may go below `min`.
 */
export function decide(state: ScalerState, signal: ScalingSignal, limits: ScalingLimits): Outcome {
  return admit(state, signal, limits) ?? step(state, signal, limits);
}
