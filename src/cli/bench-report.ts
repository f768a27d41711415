import type { FigureChange } from '../bench/comparison.js';
import type { Machine } from '../bench/machine.js';
import type { BenchReport, ReportWarning, ThroughputRow } from '../bench/report.js';
import type { Summary } from '../bench/statistics.js';
import { textTable } from '../bench/text-table.js';
import { bytes, count, plural } from './quantities.js';

/** A bench report as tables for people. */
export function reportText(report: BenchReport): string {
  const { corpus, machine, repeat } = report;
  return [
    `${count(corpus.files)} files, ${bytes(corpus.bytes)}; medians of ${plural(repeat, 'round')}`,
    machineText(machine, report.version),
    throughputTable(report.throughput),
    incrementalTable(report),
    latencyTable(report),
    stageTable(report.throughput),
    partTable(report.throughput),
    warningLines(report.warnings),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Figures beside those of an earlier report. */
export function changeText(changes: readonly FigureChange[]): string {
  const rows = changes.map(({ scenario, figure, before, after, change, noise, verdict }) => [
    scenario,
    figure,
    figureText(before),
    figureText(after),
    `${change < 0 ? '' : '+'}${percentText(change)}`,
    percentText(noise),
    verdict,
  ]);
  return textTable(['<scenario', '<figure', 'before', 'after', 'change', 'noise', '<verdict'], rows);
}

function machineText({ cpu, cores, memoryBytes, memoryLimitBytes, node, os }: Machine, version: string): string {
  const limit = memoryLimitBytes === undefined ? '' : ` (limit ${bytes(memoryLimitBytes)})`;
  return `${cpu}, ${plural(cores, 'core')}, ${bytes(memoryBytes)}${limit}; Node ${node}, ${os}; mind-index ${version}`;
}

function throughputTable(rows: readonly ThroughputRow[]): string {
  if (rows.length === 0) return '';
  const headings = [
    '<scenario',
    'workers',
    'ms',
    'spread',
    'files/s',
    'MB/s',
    'speed-up',
    'efficiency',
    'of parse floor',
  ];
  return textTable(
    [...headings, 'peak RSS', 'scale events', 'index/source'],
    rows.map((row) => [
      row.scenario,
      String(row.workers),
      row.durationMs.median.toFixed(0),
      spreadText(row.durationMs),
      row.filesPerSecond.toFixed(0),
      row.megabytesPerSecond.toFixed(1),
      optional(row.speedUp),
      optional(row.efficiency),
      optional(row.parseShare),
      bytes(row.peakRssBytes.max),
      row.scaleEvents === undefined ? '' : String(row.scaleEvents),
      optional(row.indexRatio),
    ]),
  );
}

function incrementalTable({ incremental }: BenchReport): string {
  if (incremental.length === 0) return '';
  const unchanged = incremental.find(({ scenario }) => scenario === 'no-change');
  return textTable(
    ['<scenario', 'process ms', 'spread', 'run ms', 'beyond no-change', 'peak RSS'],
    incremental.map(({ scenario, wallMs, durationMs, peakRssBytes }) => [
      scenario,
      wallMs.median.toFixed(0),
      spreadText(wallMs),
      durationMs.median.toFixed(0),
      unchanged === undefined || scenario === 'no-change' ? '' : (wallMs.median - unchanged.wallMs.median).toFixed(0),
      bytes(peakRssBytes.max),
    ]),
  );
}

function latencyTable({ latency, throughput }: BenchReport): string {
  if (latency.length === 0) return '';
  const chunks = throughput.find((row) => row.chunks !== undefined)?.chunks;
  const table = textTable(
    ['<latency', '<figure', 'ms', 'spread'],
    latency.map(({ scenario, figure, ms }) => [scenario, figure, ms.median.toFixed(2), spreadText(ms)]),
  );
  return chunks === undefined ? table : `${table}\n(${count(chunks)} chunks)`;
}

function stageTable(rows: readonly ThroughputRow[]): string {
  const stages = rows.flatMap((row) =>
    (row.stages ?? []).map(({ stage, activeMs, inputWaitMs, outputWaitMs }) => [
      row.scenario,
      stage,
      activeMs.toFixed(0),
      inputWaitMs.toFixed(0),
      outputWaitMs.toFixed(0),
    ]),
  );
  const headings = ['<scenario', '<stage', 'active ms', 'waits for input ms', 'waits for output ms'];
  return stages.length === 0 ? '' : textTable(headings, stages);
}

function partTable(rows: readonly ThroughputRow[]): string {
  const measured = rows.filter((row) => row.partsMs !== undefined);
  const parts = Object.keys(measured[0]?.partsMs ?? {});
  if (parts.length === 0) return '';
  return textTable(
    ['<scenario', ...parts.map((part) => `${part} ms`)],
    measured.map(({ scenario, partsMs }) => [scenario, ...parts.map((part) => (partsMs?.[part] ?? 0).toFixed(0))]),
  );
}

function warningLines(warnings: readonly ReportWarning[]): string {
  return warningTexts(warnings)
    .map((text) => `warning: ${text}`)
    .join('\n');
}

/** What a reader must know before trusting the figures, a sentence each. Those of one kind share a sentence. */
export function warningTexts(warnings: readonly ReportWarning[]): string[] {
  const noisy = warnings.filter((warning) => warning.kind === 'noisy');
  const outliers = warnings.filter((warning) => warning.kind === 'outliers');
  const lines = warnings.flatMap((warning) => warningText(warning) ?? []);
  if (outliers.length > 0) {
    const list = outliers.map(({ scenario, count: found }) => `${scenario} ${found}`).join(', ');
    lines.push(`outliers: ${list}; look for what else ran`);
  }
  if (noisy.length > 0) {
    const list = noisy.map(({ scenario, spread }) => `${scenario} ${percentText(spread)}`).join(', ');
    lines.push(`samples spread by more than 5 %: ${list}; use a quiet machine or more \`--repeat\``);
  }
  return lines;
}

function warningText(warning: ReportWarning): string | undefined {
  switch (warning.kind) {
    case 'outliers':
    case 'noisy':
      return undefined;
    case 'first-run-slow':
      return `${warning.scenario}: the first run took ${warning.factor.toFixed(2)} times the slowest other; add \`--warmup 1\``;
    case 'digests-differ':
      return `the runs made ${warning.digests.length} different indexes of the same files; report this with the tree`;
    case 'files-failed':
      return `${warning.scenario}: ${plural(warning.files, 'file')} failed; see \`mind-index status\` of an index of this tree`;
    case 'parsed-in-part':
      return `${warning.scenario}: only ${percentText(warning.share)} of the bytes have a grammar; the floor is low`;
    case 'floor-differs':
      return `the floors worked on ${bytes(warning.floorBytes)}, the runs on ${bytes(warning.indexedBytes)}; shares compare rates`;
  }
}

function optional(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(2);
}

function percentText(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** A single sample shows no spread; the one it is compared with is assumed. */
function spreadText({ samples, spread }: Summary): string {
  return samples.length === 1 ? '' : percentText(spread);
}

function figureText(value: number): string {
  return value >= 1000 ? count(value) : value.toFixed(2);
}
