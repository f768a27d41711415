import { errors } from '../shared/errors.js';
import type { BenchReport } from './report.js';
import { medianError, type Summary } from './statistics.js';

/** A figure that both reports have; lower is better for every one of them. */
export interface FigureChange {
  readonly scenario: string;
  readonly figure: string;
  readonly before: number;
  readonly after: number;
  /** Relative: 0.1 is ten percent more. */
  readonly change: number;
  /** Relative change that noise alone explains. */
  readonly noise: number;
  readonly verdict: 'better' | 'equal' | 'worse';
}

/** A change within so many combined standard errors is noise: one in four hundred is not, if errors are normal. */
const NOISE_ERRORS = 3;

/** Changes below this are not worth telling, however quiet the samples were: code layout alone moves times as much. */
const SMALLEST_CHANGE = 0.03;

/**
 * Compares figure by figure. The noise of a change follows from the spread and number of samples on both sides.
 * @throws MindIndexError when the reports are of different machines or corpora
 */
export function compareReports(before: BenchReport, after: BenchReport): FigureChange[] {
  const difference = whyIncomparable(before, after);
  if (difference !== undefined) throw errors.benchReportsDiffer(difference);
  const old = new Map(figuresOf(before).map((entry) => [`${entry.scenario} ${entry.figure}`, entry.summary]));
  return figuresOf(after).flatMap(({ scenario, figure, summary }) => {
    const then = old.get(`${scenario} ${figure}`);
    return then === undefined || then.median === 0 ? [] : [{ scenario, figure, ...changeOf(then, summary) }];
  });
}

function changeOf(before: Summary, after: Summary): Omit<FigureChange, 'scenario' | 'figure'> {
  const change = (after.median - before.median) / Math.abs(before.median);
  const noise = Math.max(SMALLEST_CHANGE, NOISE_ERRORS * Math.hypot(medianError(before), medianError(after)));
  const verdict = Math.abs(change) <= noise ? 'equal' : change < 0 ? 'better' : 'worse';
  return { before: before.median, after: after.median, change, noise, verdict };
}

function figuresOf(report: BenchReport): { scenario: string; figure: string; summary: Summary }[] {
  return [
    ...report.throughput.flatMap(({ scenario, kind, durationMs, peakRssBytes }) => [
      { scenario, figure: 'duration ms', summary: durationMs },
      // The memory of a floor is its own affair.
      ...(kind === 'index' ? [{ scenario, figure: 'peak RSS bytes', summary: peakRssBytes }] : []),
    ]),
    ...report.incremental.map(({ scenario, wallMs }) => ({ scenario, figure: 'wall ms', summary: wallMs })),
    ...report.latency.map(({ scenario, figure, ms }) => ({ scenario, figure: `${figure} ms`, summary: ms })),
  ];
}

function whyIncomparable(before: BenchReport, after: BenchReport): string | undefined {
  if (before.corpus.identity !== after.corpus.identity) return 'they measured different files';
  const [old, now] = [before.machine, after.machine];
  if (old.cpu !== now.cpu || old.cores !== now.cores) {
    return `one is from ${old.cores} cores of ${old.cpu}, the other from ${now.cores} cores of ${now.cpu}`;
  }
  return undefined;
}
