import { bytes, count, duration, plural } from '../shared/quantities.js';
import type { TraceDecision, TracePoint } from '../shared/trace.js';
import { html, type Html } from './html.js';
import { plainTable } from './plain-table.js';

/** Rows of the table beside the charts; decisions come on top of them. */
const ROWS = 120;

/** A longer table of decisions is opened by whoever wants to read it. */
const ROWS_OPEN = 40;

/** What a decision did, in two or three words. */
export function decisionChange({ kind, from, to }: TraceDecision): string {
  return from === to ? kind : `${kind} from ${from} to ${to}`;
}

/** Every decision with what it was based on. */
export function decisionTable(points: readonly TracePoint[]): Html {
  const joined = points.some(({ decision }) => decision?.joined !== undefined);
  const table = plainTable(
    joined
      ? 'There were so many that neighbours are joined: each row then tells of the last of them.'
      : 'In order of time.',
    ['at', '<decision', 'memory', 'pressure, short', 'long', 'waiting', '<reason'],
    points.map(({ atMs, rssBytes, pressureShort, pressureLong, backlog, decision }) => [
      duration(atMs),
      `${decisionChange(decision!)}${decision!.joined === undefined ? '' : `, the last of ${decision!.joined}`}`,
      bytes(rssBytes),
      pressureShort.toFixed(2),
      pressureLong.toFixed(2),
      plural(backlog, 'file'),
      decision!.reason,
    ]),
  );
  const heading = html`<h3>Decisions and their reasons</h3>`;
  if (points.length <= ROWS_OPEN) return html`${heading}${table}`;
  return html`${heading}
    <details>
      <summary>${plural(points.length, 'row')}</summary>
      ${table}
    </details>`;
}

/** The points of a trace, of a long one every n-th and all decisions. */
export function traceTable(points: readonly TracePoint[]): Html {
  const step = Math.max(1, Math.ceil(points.length / ROWS));
  const last = points.length - 1;
  const shown = points.filter((point, at) => at % step === 0 || at === last || point.decision !== undefined);
  return plainTable(
    `${shown.length} of ${plural(points.length, 'point')}.`,
    [
      'at',
      'memory',
      'limit',
      'pressure, short',
      'long',
      'stalled %',
      'workers',
      'busy',
      'waiting',
      'files',
      'bytes',
      '<decision',
    ],
    shown.map((point) => [
      duration(point.atMs),
      bytes(point.rssBytes),
      bytes(point.limitBytes),
      point.pressureShort.toFixed(2),
      point.pressureLong.toFixed(2),
      point.psiSomeAvg10?.toFixed(1) ?? '',
      count(point.workers),
      count(point.busy),
      count(point.backlog),
      count(point.filesDone),
      bytes(point.bytesDone),
      point.decision === undefined ? '' : decisionChange(point.decision),
    ]),
  );
}
