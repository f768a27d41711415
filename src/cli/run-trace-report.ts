import { textTable } from '../bench/text-table.js';
import type { FinishedRun, RunRecord, TraceDecision, TracePoint } from '../shared/trace.js';
import type { Colors } from './colors.js';
import { bytes, count, duration, plural } from './quantities.js';
import { row, strategyText } from './run-report.js';
import { escapeControls } from './terminal-text.js';

/** Points without a decision that are shown unless all are asked for: with the head they fit on a screen. */
const POINTS_SHOWN = 24;

/** The runs that an index remembers, newest first. */
export function runListText(runs: readonly RunRecord[]): string {
  if (runs.length === 0) return 'No run is recorded';
  const headings = ['run', '<began', '<outcome', 'files in index', 'files read', 'took', 'steps', 'peak RSS'];
  return textTable(
    headings,
    runs.map(({ id, startedAt, outcome, summary }) => [
      ...[String(id), startedAt, outcome],
      ...(summary === undefined
        ? []
        : [
            count(summary.files),
            count(summary.work.added + summary.work.changed + summary.work.rehashed),
            duration(summary.durationMs),
            count(summary.scaleEvents.length),
            bytes(summary.peakRssBytes),
          ]),
    ]),
  );
}

/** A run and its trace: every decision, and every n-th look at memory unless `all` are asked for. */
export function runTraceText(run: FinishedRun, colors: Colors, all: boolean): string {
  const { id, startedAt, outcome, summary, trace } = run;
  const { workers, work, peakRssBytes, scaleEvents } = summary;
  const points = trace?.points ?? [];
  const shown = all ? points : thinned(points, POINTS_SHOWN);
  const limit = points.at(-1)?.limitBytes;
  return [
    colors.strong(`Run ${id} of \`${escapeControls(summary.root)}\`: ${outcome}`),
    row('began', `${startedAt}, took ${duration(summary.durationMs)}`),
    row('files', `${count(work.added)} added, ${count(work.changed)} changed, ${count(work.removed)} removed`),
    row('work', strategyText(summary.strategy)),
    row('workers', `began with ${workers.initial}, ${workers.min} to ${workers.max}, ended with ${workers.final}`),
    row('memory', `peak ${bytes(peakRssBytes)}${limit === undefined ? '' : ` of a limit of ${bytes(limit)}`}`),
    row('scaling', scaleEvents.length === 0 ? 'no decision' : plural(scaleEvents.length, 'decision')),
    '',
    trace === undefined ? 'No trace is kept of this run: an older version made it' : traceTable(shown),
    ...(shown.length < points.length
      ? ['', `${shown.length} of ${plural(points.length, 'point')}; \`--verbose\` and \`--json\` show all`]
      : []),
  ].join('\n');
}

/** At most `limit` points without a decision, evenly chosen, with the first and the last; decisions all stay. */
export function thinned(points: readonly TracePoint[], limit: number): readonly TracePoint[] {
  const plain = points.filter(({ decision }) => decision === undefined);
  const step = Math.max(1, (plain.length - 1) / (limit - 1));
  const chosen = new Set(
    Array.from({ length: Math.min(limit, plain.length) }, (_, at) => plain[Math.round(at * step)]),
  );
  return points.filter((point) => point.decision !== undefined || chosen.has(point));
}

function traceTable(points: readonly TracePoint[]): string {
  const hasPsi = points.some(({ psiSomeAvg10 }) => psiSomeAvg10 !== undefined);
  const psi = hasPsi ? ['psi %'] : [];
  const headings = ['at', 'rss', 'limit', 'short', 'long', ...psi, 'workers', 'busy', 'waiting', 'files', 'bytes'];
  return textTable(
    [...headings, '<decision'],
    points.map((point) => [
      duration(point.atMs),
      bytes(point.rssBytes),
      bytes(point.limitBytes),
      point.pressureShort.toFixed(2),
      point.pressureLong.toFixed(2),
      ...(hasPsi ? [point.psiSomeAvg10?.toFixed(1) ?? ''] : []),
      String(point.workers),
      String(point.busy),
      count(point.backlog),
      count(point.filesDone),
      bytes(point.bytesDone),
      point.decision === undefined ? '' : decisionText(point.decision),
    ]),
  );
}

function decisionText({ kind, from, to, reason, joined }: TraceDecision): string {
  const others = joined === undefined ? '' : ` (the last of ${joined} in a row)`;
  return `${from === to ? kind : `${kind} ${from} -> ${to}`}: ${reason}${others}`;
}
