/** A number somebody chose: its value, its unit and why it is not another one. */
export interface ScalingDefault {
  readonly value: number;
  readonly unit: 'ms' | 'ratio' | 'bytes' | 'count';
  readonly reason: string;
}

const MIB = 1024 * 1024;

/** Every number of the scaling room, once. Callers pass the values in as options. */
export const SCALING_DEFAULTS = {
  pollIntervalMs: {
    value: 250,
    unit: 'ms',
    reason: 'a look costs under 1 ms, and two threads that parse allocate some 100 MB in this time at worst',
  },
  shortWindowMs: {
    value: 500,
    unit: 'ms',
    reason: 'two looks: one outlier alone does not stop admission, a real rise does so within a second',
  },
  longWindowMs: {
    value: 3_000,
    unit: 'ms',
    reason: 'longer than a garbage collection cycle, shorter than a run over ten thousand files (about 5 s)',
  },
  halvePressure: { value: 0.9, unit: 'ratio', reason: 'a tenth of the limit is what a few large batches take' },
  shrinkPressure: { value: 0.8, unit: 'ratio', reason: 'leaves room for the step to take effect before 0.9' },
  growPressure: { value: 0.5, unit: 'ratio', reason: 'far enough below 0.8 that a step up does not cause a step down' },
  stopPressure: { value: 0.95, unit: 'ratio', reason: 'what is running may still grow; nothing new may start' },
  resumePressure: { value: 0.9, unit: 'ratio', reason: 'below the stop, so that admission does not flicker' },
  cooldownDownMs: {
    value: 1_000,
    unit: 'ms',
    reason: 'a step down shows in RSS only after the running batches end and idle threads are gone',
  },
  cooldownUpMs: {
    value: 2_000,
    unit: 'ms',
    reason: 'growing is optional and shrinking is not: wait until the last step is visible in the long window',
  },
  stalledPauseMs: {
    value: 1_500,
    unit: 'ms',
    reason: 'when nothing runs and memory has not fallen by now, waiting longer frees nothing: go on with one worker',
  },
  queuedPerWorker: { value: 2, unit: 'count', reason: 'one batch to start at once and one in reserve' },
  bootDeadlineMs: {
    value: 30_000,
    unit: 'ms',
    reason: 'a boot takes 50 to 300 ms; a machine that swaps may need a hundred times that',
  },
  bootFailuresAllowed: { value: 3, unit: 'count', reason: 'a crash at boot repeats; a passing shortage does not' },
  recycleAboveBytes: {
    value: 192 * MIB,
    unit: 'bytes',
    reason: 'a healthy thread grows by 20 to 60 MiB over a run; three times that is garbage or a leak',
  },
  itemDeadlineMs: {
    value: 20_000,
    unit: 'ms',
    reason: 'a 1 MB file parses in under a second; twenty times that, on a loaded machine, is a hang',
  },
  terminateGraceMs: {
    value: 500,
    unit: 'ms',
    reason: 'terminate() takes 1 to 20 ms; a thread in native code ignores it, and Ctrl-C has one second in all',
  },
} as const satisfies Record<string, ScalingDefault>;
