import type { RunSummary } from '../src/shared/events.js';
import type { FinishedRun, PressureThresholds, TracePoint } from '../src/shared/trace.js';

const MIB = 2 ** 20;

export const THRESHOLDS: PressureThresholds = {
  growPressure: 0.5,
  shrinkPressure: 0.8,
  halvePressure: 0.9,
  resumePressure: 0.9,
  stopPressure: 0.95,
};

/** A look at a run after `atMs`, of a process that took `rssMib` of 512 MiB. */
export function pointAt(atMs: number, rssMib: number, more: Partial<TracePoint> = {}): TracePoint {
  const pressure = rssMib / 512;
  return {
    ...{ atMs, rssBytes: rssMib * MIB, limitBytes: 512 * MIB, pressureShort: pressure, pressureLong: pressure },
    ...{ workers: 4, busy: 4, backlog: 10, filesDone: atMs, bytesDone: atMs * 1000 },
    ...more,
  };
}

/** A run on threads that had to give up half of its workers. */
export function sampleSummary(more: Partial<RunSummary> = {}): RunSummary {
  return {
    root: '/orchard',
    scope: { include: [], exclude: [], maxFileBytes: MIB },
    discoveryMs: 30,
    outcome: 'complete',
    strategy: { kind: 'threads', workers: 4 },
    files: 1200,
    chunks: 9000,
    bytes: 10 * MIB,
    work: { added: 1190, changed: 9, removed: 1, unchanged: 0, restamped: 0, rehashed: 1, bytes: 10 * MIB },
    skipped: { binary: 3, 'too-large': 12 },
    failed: [],
    durationMs: 2000,
    filesPerSecond: 600,
    workers: { initial: 4, min: 2, max: 4, final: 2 },
    threads: { started: 5, recycled: 0, lost: [] },
    scaleEvents: [],
    stages: [
      { stage: 'chunk', activeMs: 6000, inputWaitMs: 500, outputWaitMs: 100 },
      { stage: 'store', activeMs: 700, inputWaitMs: 1200, outputWaitMs: 0 },
    ],
    partsMs: { read: 200, chunk: 3000, terms: 900, embed: 300, text: 200, segment: 600 },
    peakRssBytes: 480 * MIB,
    digest: 'ab'.repeat(32),
    indexBytes: 7 * MIB,
    embedder: 'builtin',
    ...more,
  };
}

/** A finished run with these points. */
export function sampleRun(points: readonly TracePoint[], summary: Partial<RunSummary> = {}): FinishedRun {
  return {
    id: 7,
    startedAt: '2026-03-01T08:00:00.000Z',
    finishedAt: '2026-03-01T08:00:02.000Z',
    outcome: summary.outcome ?? 'complete',
    summary: sampleSummary(summary),
    trace: { thresholds: THRESHOLDS, points },
  };
}
