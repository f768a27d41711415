import type { RunSummary, StageTimes } from '../shared/events.js';
import type { RunTrace } from '../shared/trace.js';
import type { Machine } from './machine.js';
import { median, quantile, sampleWarnings, summarize, type SampleWarning, type Summary } from './statistics.js';
import type { CommandSample, FloorSample, IndexSample, Sample, SearchSample } from './sample.js';
import type { Scenario } from './scenario.js';

/** What was measured, where and how; one report is one run of the bench. */
export interface ReportHead {
  readonly date: string;
  readonly version: string;
  readonly machine: Machine;
  readonly corpus: { readonly identity: string; readonly files: number; readonly bytes: number };
  readonly repeat: number;
}

/** The figures of one bench run, as `--json` prints them. */
export interface BenchReport extends ReportHead {
  readonly throughput: readonly ThroughputRow[];
  readonly incremental: readonly IncrementalRow[];
  readonly latency: readonly LatencyRow[];
  /** What a reader must know before trusting the figures. */
  readonly warnings: readonly ReportWarning[];
}

/** A doubt about a scenario's samples, or about the run as a whole. */
export type ReportWarning =
  | (SampleWarning & { readonly scenario: string })
  /** Runs of the same corpus gave different indexes: nothing else counts until this is explained. */
  | { readonly kind: 'digests-differ'; readonly digests: readonly string[] }
  | { readonly kind: 'files-failed'; readonly scenario: string; readonly files: number }
  /** The floor did not see the same bytes as the runs beside it, so the share compares rates. */
  | { readonly kind: 'floor-differs'; readonly floorBytes: number; readonly indexedBytes: number }
  /** Much of the tree has no grammar, so parsing is a low floor. */
  | { readonly kind: 'parsed-in-part'; readonly scenario: string; readonly share: number };

/** A parse floor that parsed a smaller share of the bytes is told of. */
const MOSTLY_PARSED = 0.9;

/** Work on all files: a run of indexing or a floor. */
export interface ThroughputRow {
  readonly scenario: string;
  readonly kind: 'index' | 'read' | 'parse';
  /** Threads of a floor; the largest number of workers a run of indexing had. */
  readonly workers: number;
  readonly durationMs: Summary;
  readonly filesPerSecond: number;
  /** Megabytes (10^6) of source per second. */
  readonly megabytesPerSecond: number;
  readonly peakRssBytes: Summary;
  /** How many times as fast as one worker; absent where one worker was not measured. */
  readonly speedUp?: number;
  /** Speed-up over the number of cores that the workers can use: min(workers, cores). */
  readonly efficiency?: number;
  /** Rate relative to reading and parsing only, on as many threads in the same bench run. */
  readonly parseShare?: number;
  /** From here on for runs of indexing only. */
  readonly chunks?: number;
  readonly scaleEvents?: number;
  /** Size of the index over that of the source. */
  readonly indexRatio?: number;
  /** Medians over the runs. */
  readonly stages?: readonly StageTimes[];
  /** Milliseconds by part of the work, summed over the workers; medians over the runs. */
  readonly partsMs?: Readonly<Record<string, number>>;
  /** What memory and workers did in the last run, where the number of workers was free to change. */
  readonly trace?: RunTrace;
}

/** A run over an index that is up to date, or all but. */
export interface IncrementalRow {
  readonly scenario: string;
  /** From the start of the process to its end. */
  readonly wallMs: Summary;
  /** The run itself. */
  readonly durationMs: Summary;
  readonly peakRssBytes: Summary;
}

/** Latency of searches: one summary per figure, over repetitions (in process) or over calls (command line). */
export interface LatencyRow {
  readonly scenario: string;
  readonly figure: string;
  readonly ms: Summary;
}

/** Makes the report of all samples; `scenarios` gives the order of the rows. */
export function benchReport(head: ReportHead, scenarios: readonly Scenario[], samples: readonly Sample[]): BenchReport {
  const of = <Kind extends Sample['kind']>(kind: Kind, scenario: Scenario) =>
    samples.filter(
      (sample): sample is Sample & { kind: Kind } => sample.kind === kind && sample.scenario === scenario.name,
    );
  const rows = scenarios.flatMap((scenario): ThroughputRow[] => {
    if (scenario.kind === 'index') return of('index', scenario).length > 0 ? [indexRow(of('index', scenario))] : [];
    if (scenario.kind === 'floor')
      return of('floor', scenario).length > 0 ? [floorRow(scenario, of('floor', scenario))] : [];
    return [];
  });
  const throughput = rows.map((row) => withRatios(row, rows, head.machine.cores));
  const incremental = scenarios
    .filter(({ kind }) => kind === 'no-change' || kind === 'one-changed')
    .flatMap((scenario) => (of('index', scenario).length > 0 ? [incrementalRow(of('index', scenario))] : []));
  const latency = scenarios.flatMap((scenario) => [
    ...searchRows(of('search', scenario)),
    ...commandRows(of('command', scenario)),
  ]);
  return { ...head, throughput, incremental, latency, warnings: warningsOf(throughput, incremental, latency, samples) };
}

function indexRow(samples: readonly IndexSample[]): ThroughputRow {
  const summaries = samples.map((sample) => sample.summary);
  const last = summaries.at(-1)!;
  const { trace } = samples.at(-1)!;
  return {
    ...rates(
      samples[0]!.scenario,
      summaries.map((summary) => summary.durationMs),
      last.files,
      last.bytes,
    ),
    kind: 'index',
    workers: Math.max(...summaries.map((summary) => summary.workers.max)),
    peakRssBytes: summarize(summaries.map((summary) => summary.peakRssBytes)),
    chunks: last.chunks,
    scaleEvents: median(summaries.map((summary) => summary.scaleEvents.length)),
    indexRatio: last.bytes === 0 ? 0 : last.indexBytes / last.bytes,
    stages: medianStages(summaries.map((summary) => summary.stages)),
    partsMs: medianParts(summaries.map((summary) => summary.partsMs)),
    ...(trace && { trace }),
  };
}

function floorRow(scenario: Scenario & { kind: 'floor' }, samples: readonly FloorSample[]): ThroughputRow {
  const { files, bytes } = samples[0]!;
  return {
    ...rates(
      scenario.name,
      samples.map((sample) => sample.durationMs),
      files,
      bytes,
    ),
    kind: scenario.work,
    workers: scenario.threads,
    peakRssBytes: summarize(samples.map((sample) => sample.peakRssBytes)),
  };
}

function rates(scenario: string, durations: readonly number[], files: number, bytes: number) {
  const durationMs = summarize(durations);
  return {
    scenario,
    durationMs,
    filesPerSecond: (files * 1000) / durationMs.median,
    megabytesPerSecond: bytes / 1000 / durationMs.median,
  };
}

function withRatios(row: ThroughputRow, rows: readonly ThroughputRow[], cores: number): ThroughputRow {
  const one = rows.find(({ kind, scenario }) => kind === row.kind && /-1$/.test(scenario));
  const floor = rows.find(({ kind, workers }) => kind === 'parse' && workers === row.workers);
  const speedUp = one === undefined ? undefined : one.durationMs.median / row.durationMs.median;
  return {
    ...row,
    ...(speedUp === undefined ? {} : { speedUp, efficiency: speedUp / Math.min(row.workers, cores) }),
    ...(floor === undefined || row.kind !== 'index'
      ? {}
      : { parseShare: row.megabytesPerSecond / floor.megabytesPerSecond }),
  };
}

function medianStages(runs: readonly (readonly StageTimes[])[]): StageTimes[] {
  return (runs[0] ?? []).map(({ stage }) => {
    const times = runs.flatMap((stages) => stages.filter((entry) => entry.stage === stage));
    return {
      stage,
      activeMs: median(times.map((entry) => entry.activeMs)),
      inputWaitMs: median(times.map((entry) => entry.inputWaitMs)),
      outputWaitMs: median(times.map((entry) => entry.outputWaitMs)),
    };
  });
}

function medianParts(runs: readonly RunSummary['partsMs'][]): Record<string, number> {
  const parts = Object.keys(runs[0] ?? {});
  return Object.fromEntries(parts.map((part) => [part, median(runs.map((run) => run[part] ?? 0))]));
}

function incrementalRow(samples: readonly IndexSample[]): IncrementalRow {
  return {
    scenario: samples[0]!.scenario,
    wallMs: summarize(samples.map((sample) => sample.wallMs)),
    durationMs: summarize(samples.map((sample) => sample.summary.durationMs)),
    peakRssBytes: summarize(samples.map((sample) => sample.summary.peakRssBytes)),
  };
}

function searchRows(samples: readonly SearchSample[]): LatencyRow[] {
  if (samples.length === 0) return [];
  const row = (figure: string, pick: (sample: SearchSample) => number): LatencyRow => ({
    scenario: samples[0]!.scenario,
    figure,
    ms: summarize(samples.map(pick)),
  });
  return [
    row('open', (sample) => sample.openMs),
    row('p50', (sample) => quantile(sample.queryMs, 0.5)),
    row('p95', (sample) => quantile(sample.queryMs, 0.95)),
  ];
}

function commandRows(samples: readonly CommandSample[]): LatencyRow[] {
  if (samples.length === 0) return [];
  const { scenario } = samples[0]!;
  const searchMs = samples.flatMap((sample) => sample.searchMs);
  const nodeMs = samples.flatMap((sample) => sample.nodeMs);
  // Neighbouring calls share the machine's mood, so the difference is taken pair by pair.
  const beyond = searchMs.map((ms, call) => ms - nodeMs[call]!);
  return [
    { scenario, figure: 'node alone', ms: summarize(nodeMs) },
    { scenario, figure: 'search', ms: summarize(searchMs) },
    { scenario, figure: 'beyond node', ms: summarize(beyond) },
  ];
}

function warningsOf(
  throughput: readonly ThroughputRow[],
  incremental: readonly IncrementalRow[],
  latency: readonly LatencyRow[],
  samples: readonly Sample[],
): ReportWarning[] {
  const fresh = new Set(throughput.filter(({ kind }) => kind === 'index').map(({ scenario }) => scenario));
  const runs = samples.filter((sample) => sample.kind === 'index').filter(({ scenario }) => fresh.has(scenario));
  const digests = [...new Set(runs.map(({ summary }) => summary.digest))];
  const failed = runs.filter(({ summary }) => summary.failed.length > 0);
  const floorBytes = samples.find((sample) => sample.kind === 'floor')?.bytes;
  const indexedBytes = runs[0]?.summary.bytes;
  const parsed = throughput.flatMap(({ scenario, kind }) => {
    const floor = samples.find((sample) => sample.kind === 'floor' && sample.scenario === scenario);
    return kind === 'parse' && floor?.kind === 'floor' ? [{ scenario, share: floor.parsedBytes / floor.bytes }] : [];
  });
  const timed = [
    ...throughput.map(({ scenario, durationMs }) => ({ scenario, ms: durationMs })),
    ...incremental.map(({ scenario, wallMs }) => ({ scenario, ms: wallMs })),
    ...latency.map(({ scenario, figure, ms }) => ({ scenario: `${scenario} (${figure})`, ms })),
  ];
  return [
    ...(digests.length > 1 ? [{ kind: 'digests-differ', digests } as const] : []),
    ...failed.map(
      ({ scenario, summary }) => ({ kind: 'files-failed', scenario, files: summary.failed.length }) as const,
    ),
    ...(floorBytes !== undefined && indexedBytes !== undefined && floorBytes !== indexedBytes
      ? [{ kind: 'floor-differs', floorBytes, indexedBytes } as const]
      : []),
    ...parsed
      .filter(({ share }) => share < MOSTLY_PARSED)
      .map((floor) => ({ kind: 'parsed-in-part', ...floor }) as const),
    ...timed.flatMap(({ scenario, ms }) => sampleWarnings(ms).map((warning) => ({ ...warning, scenario }))),
  ];
}
