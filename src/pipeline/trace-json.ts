import type { PressureThresholds, RunTrace, TraceDecision, TracePoint } from '../shared/trace.js';

/** The numbers of a point in the order they are stored in; a decision comes after them. */
const COLUMNS = [
  'atMs',
  'rssBytes',
  'limitBytes',
  'pressureShort',
  'pressureLong',
  'psiSomeAvg10',
  'workers',
  'busy',
  'backlog',
  'filesDone',
  'bytesDone',
] as const satisfies readonly (keyof TracePoint)[];

/** Digits after the point that are kept of pressures: more are noise. */
const PRESSURE_DIGITS = 4;

interface StoredTrace {
  readonly thresholds: PressureThresholds;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (number | null | TraceDecision)[])[];
}

/** A trace as JSON with its column names once, not in every point: a third of the size. */
export function packTrace({ thresholds, points }: RunTrace): string {
  const rows = points.map((point) => [
    ...COLUMNS.map((column) => rounded(column, point[column])),
    ...(point.decision ? [point.decision] : []),
  ]);
  return JSON.stringify({ thresholds, columns: COLUMNS, rows } satisfies StoredTrace);
}

/** The trace of `packTrace`; undefined where there is none, or none that this version understands. */
export function unpackTrace(json: string | undefined): RunTrace | undefined {
  if (json === undefined) return undefined;
  try {
    const { thresholds, columns, rows } = JSON.parse(json) as StoredTrace;
    if (COLUMNS.some((column, at) => columns[at] !== column)) return undefined;
    return { thresholds, points: rows.map(pointOf) };
  } catch {
    return undefined;
  }
}

function pointOf(row: StoredTrace['rows'][number]): TracePoint {
  const entries = COLUMNS.map((column, at) => [column, row[at]] as const).filter(([, value]) => value !== null);
  const decision = row[COLUMNS.length] as TraceDecision | undefined;
  return { ...(Object.fromEntries(entries) as unknown as TracePoint), ...(decision && { decision }) };
}

function rounded(column: (typeof COLUMNS)[number], value: number | undefined): number | null {
  if (value === undefined) return null;
  const isShare = column === 'pressureShort' || column === 'pressureLong' || column === 'psiSomeAvg10';
  return isShare ? Number(value.toFixed(PRESSURE_DIGITS)) : Math.round(value);
}
