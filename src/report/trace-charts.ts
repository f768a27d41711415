import { bytes, count, duration, plural } from '../shared/quantities.js';
import type { PressureThresholds, RunTrace, TracePoint } from '../shared/trace.js';
import { byteAxis, numberAxis, wholeAxis } from './axis.js';
import { escapeHtml, html, markup, type Html } from './html.js';
import { percentOf, timeChart, type Band, type Level, type Mark, type TimeChart } from './time-chart.js';
import { decisionChange, decisionTable, traceTable } from './trace-table.js';

/** A limit above so many times the peak is left out of the chart, where memory would be a line along its bottom. */
const LIMIT_IN_SIGHT = 2.5;

/** Rates are taken over a second, of a long run over a sixtieth of it, of a very short one over a quarter. */
const RATE_WINDOW_MS = 1000;
const RATE_WINDOWS = { most: 60, least: 4 };

const DECISION_MARKS = {
  up: { tone: 'green', name: 'more workers' },
  down: { tone: 'orange', name: 'fewer workers' },
  pause: { tone: 'red', name: 'admission stops' },
  resume: { tone: 'blue', name: 'admission resumes' },
} as const;

/** What memory and workers did over time, as charts and as tables. `id` is unique on the page. */
export function traceCharts(trace: RunTrace | undefined, id: string): Html {
  const points = trace?.points ?? [];
  if (trace === undefined || points.length === 0) {
    return html`<p class="note">No trace of this run is kept: nothing is known of how memory and workers went.</p>`;
  }
  const endMs = points.at(-1)!.atMs;
  const times = points.map(({ atMs }) => percentOf(atMs, endMs)).join(' ');
  const rates = ratesOf(points);
  const tips = points.map((point, at) => escapedLines(tipLines(point, rates[at]!))).join('\n\n');
  const decisions = points.filter(({ decision }) => decision !== undefined);
  return html`<div data-times="${times}" data-tips="${markup(tips)}">
      ${timeChart(memoryChart(points, trace.thresholds, `${id}-memory`))}
      ${timeChart(pressureChart(points, trace.thresholds, `${id}-pressure`))}
      ${timeChart(workerChart(points, `${id}-workers`))} ${timeChart(rateChart(points, rates, `${id}-rate`))}
    </div>
    ${decisions.length > 0 ? decisionTable(decisions) : undefined}
    <details>
      <summary>The same as a table</summary>
      ${traceTable(points)}
    </details>`;
}

function memoryChart(points: readonly TracePoint[], thresholds: PressureThresholds, id: string): TimeChart {
  const peak = Math.max(...points.map(({ rssBytes }) => rssBytes));
  const limit = points.at(-1)!.limitBytes;
  const isInSight = limit <= peak * LIMIT_IN_SIGHT;
  const share = `${(100 * peak) / limit < 1 ? 'less than 1' : Math.round((100 * peak) / limit)} %`;
  const beyond = isInSight ? '' : ', which lies beyond this chart with its thresholds';
  const over = peak > limit ? ` The limit was passed by ${bytes(peak - limit)}.` : '';
  const limitLevel: Level = { name: `limit ${bytes(limit)}`, tone: 'red', value: limit, isDashed: false };
  return {
    id,
    title: 'Memory over time',
    description: `Resident memory of the whole process at each look, at most ${bytes(peak)}: ${share} of the limit of ${bytes(limit)}${beyond}.${over}`,
    timesMs: points.map(({ atMs }) => atMs),
    axis: byteAxis(isInSight ? Math.max(limit, peak) : peak, bytes),
    series: [{ name: 'resident memory', tone: 'blue', shape: 'area', values: points.map((point) => point.rssBytes) }],
    levels: isInSight ? [limitLevel, ...pressureLevels(thresholds, limit)] : [],
    bands: pauses(points),
    bandName: 'nothing new starts',
  };
}

function pressureChart(points: readonly TracePoint[], thresholds: PressureThresholds, id: string): TimeChart {
  const pressures = points.flatMap(({ pressureShort, pressureLong }) => [pressureShort, pressureLong]);
  const psi = points.map(({ psiSomeAvg10 }) => (psiSomeAvg10 === undefined ? undefined : psiSomeAvg10 / 100));
  const hasPsi = psi.some((value) => (value ?? 0) > 0);
  const percent = (value: number) => `${Math.round(value * 100)} %`;
  return {
    id,
    title: 'Memory pressure over time',
    description: `The worst of the shares that process, control group and machine take of their limits, over two windows; highest ${percent(Math.max(...pressures))}. The short one may stop new work, the long one moves the number of workers.`,
    timesMs: points.map(({ atMs }) => atMs),
    axis: numberAxis(Math.max(1, ...pressures), percent, 5),
    series: [
      { name: 'short window', tone: 'blue', shape: 'line', values: points.map((point) => point.pressureShort) },
      { name: 'long window', tone: 'grey', shape: 'line', values: points.map((point) => point.pressureLong) },
      ...(hasPsi
        ? ([{ name: 'time stalled for memory (PSI)', tone: 'orange', shape: 'area', values: psi }] as const)
        : []),
    ],
    levels: pressureLevels(thresholds, 1),
  };
}

function workerChart(points: readonly TracePoint[], id: string): TimeChart {
  const workers = points.map((point) => point.workers);
  const decided = points.filter(({ decision }) => decision !== undefined);
  const made = decided.reduce((sum, { decision }) => sum + (decision?.joined ?? 1), 0);
  const most = Math.max(1, ...workers, ...decided.map(({ decision }) => decision!.to));
  return {
    id,
    title: 'Workers over time',
    description: `${made === 0 ? 'No decision was taken' : plural(made, 'decision')}; up to ${plural(most, 'worker')}. Before work begins there are none.`,
    timesMs: points.map(({ atMs }) => atMs),
    axis: wholeAxis(most, count),
    series: [
      { name: 'busy', tone: 'green', shape: 'step-area', values: points.map(({ busy }) => busy) },
      { name: 'aimed at', tone: 'blue', shape: 'step', values: workers },
    ],
    marks: decided.map(markOf),
    bands: pauses(points),
    bandName: 'nothing new starts',
  };
}

function rateChart(points: readonly TracePoint[], rates: readonly Rate[], id: string): TimeChart {
  const most = Math.max(0, ...rates.map(({ bytesPerSecond }) => bytesPerSecond));
  return {
    id,
    title: 'Throughput over time',
    description: `Source read, parsed and indexed per second, over at least ${duration(windowOf(points))}; highest ${bytes(most)}/s. The beginning is discovery, the end merging and the digest.`,
    timesMs: points.map(({ atMs }) => atMs),
    axis: byteAxis(most, (value) => `${bytes(value)}/s`),
    series: [
      { name: 'source', tone: 'blue', shape: 'area', values: rates.map(({ bytesPerSecond }) => bytesPerSecond) },
    ],
  };
}

function pressureLevels(thresholds: PressureThresholds, limit: number): Level[] {
  const { stopPressure, halvePressure, shrinkPressure, growPressure } = thresholds;
  const level = (name: string, tone: Level['tone'], share: number): Level => ({
    name: `${name} (${Math.round(share * 100)} %)`,
    tone,
    value: share * limit,
    isDashed: true,
  });
  return [
    level('nothing new starts', 'red', stopPressure),
    level('half of the workers go', 'orange', halvePressure),
    level('a quarter goes', 'yellow', shrinkPressure),
    level('more below', 'green', growPressure),
  ];
}

function markOf({ atMs, decision }: TracePoint): Mark {
  const { kind, to, reason } = decision!;
  return {
    atMs,
    value: to,
    ...DECISION_MARKS[kind],
    text: `${duration(atMs)}: ${decisionChange(decision!)}: ${reason}`,
  };
}

/** The times in which admission was stopped. */
function pauses(points: readonly TracePoint[]): Band[] {
  const bands: Band[] = [];
  let fromMs: number | undefined;
  for (const { atMs, decision } of points) {
    if (decision?.kind === 'pause') fromMs ??= atMs;
    if (decision?.kind === 'resume' && fromMs !== undefined) {
      bands.push({ fromMs, toMs: atMs });
      fromMs = undefined;
    }
  }
  return fromMs === undefined ? bands : [...bands, { fromMs, toMs: points.at(-1)!.atMs }];
}

/** What was done per second up to a point. */
interface Rate {
  readonly filesPerSecond: number;
  readonly bytesPerSecond: number;
}

function windowOf(points: readonly TracePoint[]): number {
  const endMs = points.at(-1)?.atMs ?? 0;
  return Math.max(Math.min(RATE_WINDOW_MS, endMs / RATE_WINDOWS.least), endMs / RATE_WINDOWS.most);
}

function ratesOf(points: readonly TracePoint[]): Rate[] {
  const windowMs = windowOf(points);
  let back = 0;
  return points.map((point, at) => {
    while (back + 1 < at && point.atMs - points[back + 1]!.atMs >= windowMs) back++;
    const before = points[back]!;
    const seconds = (point.atMs - before.atMs) / 1000;
    const perSecond = (done: number) => (seconds > 0 ? Math.max(0, done) / seconds : 0);
    return {
      filesPerSecond: perSecond(point.filesDone - before.filesDone),
      bytesPerSecond: perSecond(point.bytesDone - before.bytesDone),
    };
  });
}

function tipLines(point: TracePoint, rate: Rate): string[] {
  const { decision } = point;
  return [
    `${duration(point.atMs)}: ${bytes(point.rssBytes)} of ${bytes(point.limitBytes)}`,
    `pressure ${point.pressureShort.toFixed(2)} short, ${point.pressureLong.toFixed(2)} long`,
    `${plural(point.workers, 'worker')}, ${point.busy} busy, ${plural(point.backlog, 'file')} waiting`,
    `${plural(point.filesDone, 'file')}, ${bytes(point.bytesDone)} done; ${count(rate.filesPerSecond)} files/s, ${bytes(rate.bytesPerSecond)}/s`,
    ...(decision ? [`${decisionChange(decision)}: ${decision.reason}`] : []),
  ];
}

/** Lines for an attribute: each escaped, with the breaks between them as they are. */
function escapedLines(lines: readonly string[]): string {
  return lines.map(escapeHtml).join('\n');
}
