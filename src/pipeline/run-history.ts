import type { FinishedRun, RunRecord, SkippedPath } from '../shared/trace.js';
import type { StoreReader, StoredRun } from '../storage/store.js';
import { parseSummary } from './stored-summary.js';
import { unpackTrace } from './trace-json.js';

/** What is read of an index to tell of its runs. */
export type RunReader = Pick<StoreReader, 'runs' | 'trace'>;

/** The runs that an index remembers, newest first. */
export function listRuns(reader: RunReader): RunRecord[] {
  return reader.runs().map(recordOf);
}

/** One run with its trace, `last` being the newest that came to its end; undefined where there is none such. */
export function findRun(reader: RunReader, wanted: number | 'last'): FinishedRun | undefined {
  const run = listRuns(reader).find(({ id, summary }) => (wanted === 'last' ? summary !== undefined : id === wanted));
  if (run?.summary === undefined || run.finishedAt === undefined) return undefined;
  const { finishedAt, summary } = run;
  return { ...run, finishedAt, summary, trace: unpackTrace(reader.trace(run.id)) };
}

/**
 * The first `limit` files that are skipped, in path order. What the index knows of skipped files is what its newest run
 * left, so of an earlier run nothing is known: undefined.
 */
export function skippedFilesOf(
  reader: RunReader & Pick<StoreReader, 'files'>,
  runId: number,
  limit: number,
): SkippedPath[] | undefined {
  if (reader.runs()[0]?.id !== runId) return undefined;
  const skipped: SkippedPath[] = [];
  for (const { path, state, reason } of reader.files()) {
    if (state === 'skipped' && skipped.push({ path, reason }) >= limit) break;
  }
  return skipped;
}

function recordOf({ id, startedAt, finishedAt, outcome, summary }: StoredRun): RunRecord {
  return {
    id,
    startedAt,
    finishedAt,
    outcome: outcome === 'running' ? 'unfinished' : outcome === 'suspended' ? 'interrupted' : 'complete',
    summary: parseSummary(summary),
  };
}
