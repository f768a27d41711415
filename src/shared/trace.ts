import type { MemorySample, RunSummary, ScaleEvent } from './events.js';

/** A decision of the auto-scaler as a trace keeps it. */
export interface TraceDecision {
  readonly kind: ScaleEvent['decision'];
  readonly from: number;
  readonly to: number;
  readonly reason: string;
  /** How many decisions this one stands for, where a long trace had to join some: then `from` is of the first. */
  readonly joined?: number;
}

/** One look at a run: memory, workers, and what was done by then. */
export interface TracePoint extends MemorySample {
  /** The number of workers aimed at, before the decision if there was one; 0 while no work has begun. */
  readonly workers: number;
  /** Workers with a batch. */
  readonly busy: number;
  /** Files that wait for a worker. */
  readonly backlog: number;
  /** Files read so far, and their bytes. */
  readonly filesDone: number;
  readonly bytesDone: number;
  readonly decision?: TraceDecision;
}

/** The pressures (0..1) at which the auto-scaler acts; see the settings `scaling.*`. */
export interface PressureThresholds {
  readonly growPressure: number;
  readonly shrinkPressure: number;
  readonly halvePressure: number;
  readonly resumePressure: number;
  readonly stopPressure: number;
}

/** What memory and workers did over a run, thinned where the run was long. Times never go backwards. */
export interface RunTrace {
  readonly thresholds: PressureThresholds;
  readonly points: readonly TracePoint[];
}

/** A run as the index remembers it. */
export interface RunRecord {
  readonly id: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Undefined for a run that is under way or was killed. */
  readonly finishedAt: string | undefined;
  readonly outcome: RunSummary['outcome'] | 'unfinished';
  /** Undefined for an unfinished run. */
  readonly summary: RunSummary | undefined;
}

/** A skipped file of an index and the reason it has, which another version may have given. */
export interface SkippedPath {
  readonly path: string;
  readonly reason: string;
}

/** A run that came to its end. The trace is undefined where an older version made the run. */
export interface FinishedRun extends RunRecord {
  readonly finishedAt: string;
  readonly summary: RunSummary;
  readonly trace: RunTrace | undefined;
}
