import type { RunSummary } from '../shared/events.js';

type Shape = { readonly [key: string]: 'number' | 'string' };

/** What is read of a stored summary, and of each of its scaling decisions. */
const SUMMARY: Shape = { outcome: 'string', durationMs: 'number' };
const WORKERS: Shape = { initial: 'number', min: 'number', max: 'number', final: 'number' };
const SCALE_EVENT: Shape = {
  ...{ atMs: 'number', from: 'number', to: 'number', rssBytes: 'number', limitBytes: 'number' },
  ...{ pressureLong: 'number', backlog: 'number', decision: 'string', reason: 'string' },
};

/** The summary that an index keeps of its last run; undefined where it is no such thing, since the index may be anybody's. */
export function parseSummary(json: string): RunSummary | undefined {
  let summary: unknown;
  try {
    summary = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (!has(summary, SUMMARY) || !has(summary['workers'], WORKERS)) return undefined;
  const events = summary['scaleEvents'];
  return Array.isArray(events) && events.every((event) => has(event, SCALE_EVENT))
    ? (summary as unknown as RunSummary)
    : undefined;
}

function has(value: unknown, shape: Shape): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(shape).every(([key, type]) => typeof (value as Record<string, unknown>)[key] === type);
}
