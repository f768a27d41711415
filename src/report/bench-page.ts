import type { StageTimes } from '../shared/events.js';
import { bytes, count, duration, plural } from '../shared/quantities.js';
import type { RunTrace } from '../shared/trace.js';
import { barTable, type BarRow } from './bar-table.js';
import { html, type Html } from './html.js';
import { momentText, pageText } from './page.js';
import { figureCards, plainTable } from './plain-table.js';
import { partShares, stageTable } from './stage-tables.js';
import { traceCharts } from './trace-charts.js';

/** Repeated measurements of one thing. */
export interface Measured {
  readonly samples: readonly number[];
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Estimated standard deviation over the median. */
  readonly spread: number;
}

/** Work on all files: a whole run, or a floor that reads or parses only. */
export interface ThroughputFigures {
  readonly scenario: string;
  readonly kind: 'index' | 'read' | 'parse';
  readonly workers: number;
  readonly durationMs: Measured;
  readonly filesPerSecond: number;
  readonly megabytesPerSecond: number;
  readonly peakRssBytes: Measured;
  readonly speedUp?: number;
  readonly parseShare?: number;
  readonly scaleEvents?: number;
  readonly stages?: readonly StageTimes[];
  readonly partsMs?: Readonly<Record<string, number>>;
  readonly trace?: RunTrace;
}

/** The figures of a bench that its page shows; a report of the bench has them all. */
export interface BenchFigures {
  readonly date: string;
  readonly version: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryBytes: number;
    readonly memoryLimitBytes?: number;
    readonly node: string;
    readonly os: string;
  };
  readonly corpus: { readonly identity: string; readonly files: number; readonly bytes: number };
  readonly repeat: number;
  readonly throughput: readonly ThroughputFigures[];
  readonly incremental: readonly {
    readonly scenario: string;
    readonly wallMs: Measured;
    readonly peakRssBytes: Measured;
  }[];
  readonly latency: readonly { readonly scenario: string; readonly figure: string; readonly ms: Measured }[];
}

/** A bench as a page of HTML; `warnings` are what a reader must know before trusting the figures. */
export function benchPage(bench: BenchFigures, warnings: readonly string[]): string {
  const { corpus, machine, throughput } = bench;
  const runs = throughput.filter(({ kind }) => kind === 'index');
  const measured = runs.flatMap(({ scenario, partsMs }) => (partsMs ? [{ name: scenario, partsMs }] : []));
  const limit = machine.memoryLimitBytes === undefined ? '' : ` (limit ${bytes(machine.memoryLimitBytes)})`;
  return pageText({
    title: `Bench of mind-index ${bench.version}`,
    about: `${momentText(bench.date)}: ${plural(corpus.files, 'file')}, ${bytes(corpus.bytes)} (${shortened(corpus.identity)}), medians of ${plural(bench.repeat, 'round')} on ${machine.cpu}, ${plural(machine.cores, 'core')}, ${bytes(machine.memoryBytes)}${limit}, Node ${machine.node}, ${machine.os}.`,
    body: html`${figureCards(figures(bench))} ${section('Before trusting the figures', warningList(warnings))}
    ${section('Throughput by number of workers', throughputTable(throughput))}
    ${section('Peak memory', peakTable(throughput))}
    ${section('Stages', stageTable(runs.map(({ scenario, stages = [] }) => ({ name: scenario, stages }))))}
    ${section('Parts of the work', measured.length > 0 ? partShares(measured) : undefined)}
    ${runs.map(({ scenario, trace }) =>
      trace
        ? section(`Memory and workers over time: ${scenario}, the last round`, traceCharts(trace, scenario))
        : undefined,
    )}
    ${section('Runs with little to do', incrementalTable(bench))} ${section('Search', latencyTable(bench))}`,
    footer: `mind-index ${bench.version}. MB are 10^6 bytes, other sizes are in powers of 1024. Figures compare on one machine only.`,
  });
}

function section(heading: string, content: Html | undefined): Html | undefined {
  return (
    content &&
    html`<section>
      <h2>${heading}</h2>
      ${content}
    </section>`
  );
}

function figures({ throughput, incremental, latency }: BenchFigures) {
  const runs = throughput.filter(({ kind }) => kind === 'index');
  const best = runs.reduce<ThroughputFigures | undefined>(
    (most, row) => (most === undefined || row.filesPerSecond > most.filesPerSecond ? row : most),
    undefined,
  );
  const ofBest = best && [
    { label: 'Fastest run', value: `${count(best.filesPerSecond)} files/s`, note: best.scenario },
    { label: 'Its source', value: `${best.megabytesPerSecond.toFixed(1)} MB/s` },
    { label: 'Of parsing alone', value: best.parseShare?.toFixed(2) ?? 'not measured', note: 'on as many threads' },
    { label: 'Its peak memory', value: bytes(best.peakRssBytes.max), note: 'highest of all rounds' },
  ];
  const search = (wanted: string, label: string, note: string) =>
    latency
      .filter(({ figure }) => figure === wanted)
      .map(({ ms }) => ({ label, value: milliseconds(ms.median), note }));
  return [
    ...(ofBest ?? []),
    ...incremental.map(({ scenario, wallMs }) => ({
      label: scenario === 'no-change' ? 'A run without changes' : 'One changed file',
      value: duration(wallMs.median),
      note: 'the whole process',
    })),
    ...search('p50', 'A search', 'median, in process'),
    ...search('beyond node', 'A search by command', 'beyond starting Node'),
  ];
}

function throughputTable(throughput: readonly ThroughputFigures[]): Html | undefined {
  const runs = throughput.filter(({ kind }) => kind === 'index');
  const rows = runs.map((row): BarRow => {
    const floor = throughput.find(({ kind, workers }) => kind === 'parse' && workers === row.workers);
    const rate = row.megabytesPerSecond;
    return {
      label: row.scenario,
      parts: [{ name: 'indexed', tone: 'blue', value: rate }],
      ...(row.durationMs.samples.length > 1 && {
        spread: { from: rate * (1 - row.durationMs.spread), to: rate * (1 + row.durationMs.spread) },
      }),
      ...(floor && { target: floor.megabytesPerSecond }),
      cells: [
        rate.toFixed(1),
        count(row.filesPerSecond),
        spreadText(row.durationMs),
        row.speedUp?.toFixed(2) ?? '',
        floor?.megabytesPerSecond.toFixed(1) ?? '',
        row.parseShare?.toFixed(2) ?? '',
      ],
    };
  });
  if (rows.length === 0) return undefined;
  const ends = rows.flatMap(({ parts, spread, target }) => [parts[0]!.value, spread?.to ?? 0, target ?? 0]);
  return html`${barTable({
      caption:
        'Source indexed per second, with its spread over the rounds (one standard deviation), beside parsing alone on as many threads.',
      label: 'scenario',
      headings: ['MB/s', 'files/s', 'spread', 'speed-up', 'parsing alone MB/s', 'share of it'],
      full: Math.max(...ends) * 1.02,
      rows,
      targetName: 'parsing alone',
    })}
    <details>
      <summary>All rates, with the floors</summary>
      ${plainTable(
        'A floor does part of the work on the same files in the same batches.',
        ['<scenario', '<work', 'workers', 'ms', 'spread', 'files/s', 'MB/s', 'decisions'],
        throughput.map((row) => [
          ...[row.scenario, row.kind, count(row.workers), count(row.durationMs.median), spreadText(row.durationMs)],
          ...[count(row.filesPerSecond), row.megabytesPerSecond.toFixed(1), row.scaleEvents?.toFixed(0) ?? ''],
        ]),
      )}
    </details>`;
}

function peakTable(throughput: readonly ThroughputFigures[]): Html | undefined {
  const rows = throughput.filter(({ kind }) => kind !== 'read');
  if (rows.length === 0) return undefined;
  return barTable({
    caption: 'Resident memory of the whole process at its highest: the most of all rounds, and the least.',
    label: 'scenario',
    headings: ['most', 'least'],
    full: Math.max(...rows.map(({ peakRssBytes }) => peakRssBytes.max)),
    rows: rows.map(({ scenario, kind, peakRssBytes: { min, max } }) => ({
      label: scenario,
      parts: [
        kind === 'index'
          ? { name: 'whole run', tone: 'blue', value: max }
          : { name: 'parsing alone', tone: 'grey', value: max },
      ],
      cells: [bytes(max), bytes(min)],
    })),
  });
}

function incrementalTable({ incremental }: BenchFigures): Html | undefined {
  if (incremental.length === 0) return undefined;
  return plainTable(
    'From the start of the process to its end.',
    ['<scenario', 'time', 'spread', 'peak memory'],
    incremental.map(({ scenario, wallMs, peakRssBytes }) => [
      ...[scenario, duration(wallMs.median), spreadText(wallMs), bytes(peakRssBytes.max)],
    ]),
  );
}

function latencyTable({ latency }: BenchFigures): Html | undefined {
  if (latency.length === 0) return undefined;
  return plainTable(
    'In process, and by the command line beside a Node that does nothing.',
    ['<scenario', '<figure', 'time', 'spread'],
    latency.map(({ scenario, figure, ms }) => [scenario, figure, milliseconds(ms.median), spreadText(ms)]),
  );
}

function warningList(warnings: readonly string[]): Html | undefined {
  if (warnings.length === 0) return undefined;
  return html`<ul>
    ${warnings.map((warning) => html`<li>${warning}</li>`)}
  </ul>`;
}

/** An identity may be a long hash: its beginning tells it apart. */
function shortened(identity: string): string {
  return identity.length > 48 ? `${identity.slice(0, 24)}…` : identity;
}

/** A single sample shows no spread. */
function spreadText({ samples, spread }: Measured): string {
  return samples.length === 1 ? '' : `${(spread * 100).toFixed(1)} %`;
}

function milliseconds(ms: number): string {
  return ms < 10 ? `${ms.toFixed(2)} ms` : duration(ms);
}
