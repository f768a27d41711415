import type { RunSummary } from '../shared/events.js';

type Kind = 'number' | 'string';
type Shape = { readonly [key: string]: Kind };

/** What a stored summary holds, and each of its parts. */
const SUMMARY: Shape = {
  ...{ root: 'string', outcome: 'string', digest: 'string', embedder: 'string' },
  ...{ files: 'number', chunks: 'number', bytes: 'number', durationMs: 'number', discoveryMs: 'number' },
  ...{ filesPerSecond: 'number', peakRssBytes: 'number', indexBytes: 'number' },
};
const PARTS: Readonly<Record<string, Shape>> = {
  strategy: { kind: 'string' },
  work: {
    ...{ added: 'number', changed: 'number', removed: 'number', unchanged: 'number' },
    ...{ restamped: 'number', rehashed: 'number', bytes: 'number' },
  },
  scope: { maxFileBytes: 'number' },
  workers: { initial: 'number', min: 'number', max: 'number', final: 'number' },
  threads: { started: 'number', recycled: 'number' },
};
const LISTS: Readonly<Record<string, Shape>> = {
  failed: { path: 'string', message: 'string' },
  stages: { stage: 'string', activeMs: 'number', inputWaitMs: 'number', outputWaitMs: 'number' },
  scaleEvents: {
    ...{ atMs: 'number', from: 'number', to: 'number', rssBytes: 'number', limitBytes: 'number' },
    ...{ pressureLong: 'number', backlog: 'number', decision: 'string', reason: 'string' },
  },
};

/** The summary that an index keeps of a run; undefined where it is no such thing, since the index may be anybody's. */
export function parseSummary(json: string | undefined): RunSummary | undefined {
  let summary: unknown;
  try {
    summary = json && JSON.parse(json);
  } catch {
    return undefined;
  }
  if (!has(summary, SUMMARY)) return undefined;
  const { scope, threads, skipped, partsMs, begunFrom } = summary;
  const isWhole =
    Object.entries(PARTS).every(([name, shape]) => has(summary[name], shape)) &&
    Object.entries(LISTS).every(([name, shape]) => isListOf(summary[name], (entry) => has(entry, shape))) &&
    [(scope as Fields)['include'], (scope as Fields)['exclude'], (threads as Fields)['lost']].every((list) =>
      isListOf(list, (entry) => typeof entry === 'string'),
    ) &&
    [skipped, partsMs].every((counts) => isObject(counts) && Object.values(counts).every(isNumber)) &&
    (begunFrom === undefined || typeof begunFrom === 'string');
  return isWhole ? (summary as unknown as RunSummary) : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function has(value: unknown, shape: Shape): value is Fields {
  return isObject(value) && Object.entries(shape).every(([key, kind]) => typeof value[key] === kind);
}

function isListOf(value: unknown, isEntry: (entry: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isEntry);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}
