/** Places on an axis with their labels. */
export interface Axis {
  /** The value at the end of the axis; it begins at 0. */
  readonly end: number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

/** Below it a number is noise of arithmetic. */
const NOTHING = 1e-9;

const KIB = 1024;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Steps between ticks of time that people count in, in milliseconds. */
const TIME_STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12, 24, 48].map((n) => n * HOUR),
];

/** Ticks at round steps (1, 2 or 5 times a power of ten) that reach `max` at least. */
export function numberAxis(max: number, label: (value: number) => string, ticks = 4): Axis {
  return axisOf(max, roundStep(max / ticks), label);
}

/** The same for whole things, which have no half. */
export function wholeAxis(max: number, label: (value: number) => string, ticks = 4): Axis {
  return axisOf(max, Math.max(1, Math.ceil(roundStep(max / ticks))), label);
}

/** The same for bytes: round in powers of 1024. */
export function byteAxis(max: number, label: (value: number) => string, ticks = 4): Axis {
  const unit = KIB ** Math.max(0, Math.floor(Math.log(Math.max(1, max)) / Math.log(KIB)));
  return axisOf(max, roundStep(max / ticks / unit) * unit, label);
}

/** Ticks of time from 0 to exactly `endMs`. */
export function timeAxis(endMs: number, ticks = 6): Axis {
  const end = Math.max(1, endMs);
  const step = TIME_STEPS.find((each) => end / each <= ticks) ?? Math.ceil(end / ticks / HOUR / 24) * 24 * HOUR;
  const values = Array.from({ length: Math.floor(end / step) + 1 }, (_, at) => at * step);
  return { end, ticks: values.map((value) => ({ value, label: timeLabel(value, step) })) };
}

/** A time with no more digits than ticks `stepMs` apart need: `0.5 s`, `1:30`, `2 h`. */
function timeLabel(ms: number, stepMs: number): string {
  if (stepMs < 100) return `${ms} ms`;
  if (stepMs < SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  if (stepMs < MINUTE) {
    const seconds = ms / SECOND;
    const rest = String(seconds % 60).padStart(2, '0');
    return stepMs < 15 * SECOND && seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)}:${rest}`;
  }
  return stepMs < HOUR ? `${ms / MINUTE} min` : `${ms / HOUR} h`;
}

function axisOf(max: number, step: number, label: (value: number) => string): Axis {
  const count = Math.max(1, Math.ceil(max / step - 1e-9));
  const values = Array.from({ length: count + 1 }, (_, at) => at * step);
  return { end: count * step, ticks: values.map((value) => ({ value, label: label(value) })) };
}

/** The smallest of 1, 2 and 5 times a power of ten that is at least `least`; 1 where that is nothing. */
function roundStep(least: number): number {
  if (!(least > NOTHING) || !Number.isFinite(least)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  return (([1, 2, 5] as const).find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power;
}
