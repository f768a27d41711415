import { describe, expect, it } from 'vitest';
import { compareReports } from '../../../src/bench/comparison.js';
import { benchReport, type BenchReport, type ReportHead } from '../../../src/bench/report.js';
import type { Sample } from '../../../src/bench/sample.js';
import { chooseScenarios, scenariosFor } from '../../../src/bench/scenario.js';
import { changeText, reportText } from '../../../src/cli/bench-report.js';
import type { RunSummary } from '../../../src/shared/events.js';

const MB = 1e6;
const head: ReportHead = {
  date: '2026-01-01T00:00:00.000Z',
  version: '0.1.0',
  machine: { cpu: 'abacus', cores: 2, memoryBytes: 8e9, node: 'v20.20.2', os: 'linux 6' },
  corpus: { identity: 'generated ab', files: 100, bytes: MB },
  repeat: 3,
};

const summary = (durationMs: number, workers: number, more: Partial<RunSummary> = {}): RunSummary => ({
  root: '/orchard',
  outcome: 'complete',
  strategy: { kind: 'threads', workers },
  files: 100,
  chunks: 900,
  bytes: MB,
  work: { added: 100, changed: 0, removed: 0, unchanged: 0, restamped: 0, rehashed: 0, bytes: MB },
  skipped: {},
  failed: [],
  scope: { include: [], exclude: [], maxFileBytes: MB },
  durationMs,
  discoveryMs: 5,
  filesPerSecond: 100_000 / durationMs,
  workers: { initial: workers, min: 1, max: workers, final: workers },
  threads: { started: workers, recycled: 0, lost: [] },
  scaleEvents: [],
  stages: [{ stage: 'chunk', activeMs: durationMs, inputWaitMs: 1, outputWaitMs: 2 }],
  partsMs: { read: 10, chunk: 90 },
  peakRssBytes: 2e8,
  digest: 'cafe',
  indexBytes: MB / 2,
  embedder: 'builtin',
  ...more,
});
const run = (scenario: string, durationMs: number, workers: number, more?: Partial<RunSummary>): Sample => ({
  kind: 'index',
  scenario,
  wallMs: durationMs + 100,
  summary: summary(durationMs, workers, more),
});
const floor = (scenario: string, durationMs: number): Sample => ({
  kind: 'floor',
  scenario,
  durationMs,
  files: 100,
  bytes: MB,
  parsedBytes: MB,
  peakRssBytes: 1e8,
});
const reportOf = (samples: readonly Sample[], changed: Partial<ReportHead> = {}): BenchReport =>
  benchReport({ ...head, ...changed }, chooseScenarios(scenariosFor([1, 2]), []), samples);

describe('benchReport', () => {
  const report = reportOf([
    ...[1000, 1010, 990].map((ms) => run('workers-1', ms, 1)),
    ...[500, 505, 495].map((ms) => run('workers-2', ms, 2)),
    ...[400, 404, 396].map((ms) => floor('parse-2', ms)),
    ...[480, 490, 470].map((ms) => run('auto', ms, 2)),
  ]);
  const row = (name: string) => report.throughput.find(({ scenario }) => scenario === name)!;

  it('takes rates from the median', () => {
    expect(row('workers-2').filesPerSecond).toBeCloseTo(200);
    expect(row('workers-2').megabytesPerSecond).toBeCloseTo(2);
    expect(row('workers-2').indexRatio).toBeCloseTo(0.5);
  });

  it('relates every run to one worker and to the cores it can use', () => {
    expect(row('workers-2').speedUp).toBeCloseTo(2);
    expect(row('workers-2').efficiency).toBeCloseTo(1);
    expect(row('parse-2').speedUp).toBeUndefined();
  });

  it('relates runs to parsing alone on as many threads, where that was measured', () => {
    expect(row('workers-2').parseShare).toBeCloseTo(0.8);
    expect(row('auto').parseShare).toBeCloseTo(400 / 480);
    expect(row('workers-1').parseShare).toBeUndefined();
    expect(report.warnings).toEqual([]);
  });

  it('warns when runs of the same files made different indexes', () => {
    const mixed = reportOf([run('workers-1', 900, 1), run('workers-2', 500, 2, { digest: 'beef' })]);
    expect(mixed.warnings).toContainEqual({ kind: 'digests-differ', digests: ['cafe', 'beef'] });
  });

  it('does not take an edited tree for a different index', () => {
    const edited = reportOf([run('workers-1', 900, 1), run('one-changed', 90, 1, { digest: 'beef' })]);
    expect(edited.warnings).toEqual([]);
    expect(edited.incremental.map(({ scenario }) => scenario)).toEqual(['one-changed']);
  });

  it('subtracts Node from the command line call by call', () => {
    const samples: Sample[] = [
      { kind: 'command', scenario: 'cli-search', searchMs: [150, 260, 155], nodeMs: [60, 160, 65] },
      { kind: 'search', scenario: 'search', openMs: 5, queryMs: [1, 2, 3], peakRssBytes: 1 },
    ];
    const figures = Object.fromEntries(reportOf(samples).latency.map(({ figure, ms }) => [figure, ms.median]));
    expect(figures).toMatchObject({ p50: 2, 'beyond node': 90, search: 155 });
  });

  it('prints every part that was measured', () => {
    const text = reportText(report);
    expect(text).toContain('100 files');
    expect(text).toMatch(/workers-2 +2 +500 +2\.2 % +200 +2\.0 +2\.00 +1\.00 +0\.80/);
    expect(text).not.toContain('latency');
  });
});

describe('compareReports', () => {
  const before = reportOf([1000, 1010, 990].map((ms) => run('workers-1', ms, 1)));

  it('calls a slow-down beyond the noise of both runs worse', () => {
    const after = reportOf([1300, 1310, 1290].map((ms) => run('workers-1', ms, 1)));
    const [duration, memory] = compareReports(before, after);
    expect(duration).toMatchObject({ scenario: 'workers-1', figure: 'duration ms', verdict: 'worse' });
    expect(duration!.change).toBeCloseTo(0.3);
    expect(memory!.verdict).toBe('equal');
    expect(changeText([duration!])).toMatch(/workers-1 +duration ms +1,000 +1,300 +\+30\.0 %/);
  });

  it('calls the same slow-down noise when the samples spread as far', () => {
    const after = reportOf([1300, 1000, 1600].map((ms) => run('workers-1', ms, 1)));
    expect(compareReports(before, after)[0]!.verdict).toBe('equal');
  });

  it('finds nothing between a report and itself', () => {
    expect(compareReports(before, before).every(({ verdict }) => verdict === 'equal')).toBe(true);
  });

  it('refuses reports of other files or another machine', () => {
    const elsewhere = { ...head.machine, cores: 64 };
    expect(() => compareReports(before, reportOf([], { machine: elsewhere }))).toThrow('64 cores');
    const otherFiles = { ...head.corpus, identity: 'generated cd' };
    expect(() => compareReports(before, reportOf([], { corpus: otherFiles }))).toThrow('different files');
  });
});
