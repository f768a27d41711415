import type { RunSummary } from '../shared/events.js';
import type { RunTrace } from '../shared/trace.js';

/** One measurement of one scenario, taken in a process of its own. Times are milliseconds. */
export type Sample = IndexSample | FloorSample | SearchSample | CommandSample;

/** A run of indexing: into an empty index, or over one that is up to date but for what was edited. */
export interface IndexSample {
  readonly kind: 'index';
  readonly scenario: string;
  /** From the start of the process to its end. */
  readonly wallMs: number;
  readonly summary: RunSummary;
  /** What memory and workers did, of a run whose number of workers was free to change. */
  readonly trace?: RunTrace;
}

/** Part of the work on the same files. */
export interface FloorSample {
  readonly kind: 'floor';
  readonly scenario: string;
  readonly durationMs: number;
  readonly files: number;
  readonly bytes: number;
  readonly parsedBytes: number;
  readonly peakRssBytes: number;
}

/** Many queries in one process. */
export interface SearchSample {
  readonly kind: 'search';
  readonly scenario: string;
  readonly openMs: number;
  readonly queryMs: readonly number[];
  readonly peakRssBytes: number;
}

/** Calls of the command line, each beside a Node that does nothing. */
export interface CommandSample {
  readonly kind: 'command';
  readonly scenario: string;
  readonly searchMs: readonly number[];
  readonly nodeMs: readonly number[];
}
