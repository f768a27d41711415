import type { FailedFile } from '../shared/model.js';
import type { StoreReader } from '../storage/store.js';
import { parseSummary } from './stored-summary.js';

/** A failed file, and since when it has failed without a break. */
export interface FailedSince extends FailedFile {
  /** Id of the run that it failed in first, of those that are remembered. */
  readonly run: number;
  /** When that run began, ISO 8601. */
  readonly since: string;
  /** True when no remembered run is older: the file may have failed before. */
  readonly orEarlier: boolean;
}

/** Files that failed and are left out of the index, in path order. */
export function failedFiles(reader: StoreReader): readonly FailedSince[] {
  return reader.snapshot(() => {
    const runs = reader.runs().map(({ id, startedAt, summary }) => ({
      id,
      startedAt,
      failed: failedPaths(summary),
    }));
    const files: FailedSince[] = [];
    for (const { path, state, reason } of reader.files()) {
      if (state !== 'failed') continue;
      // A run that was killed left no summary, and says nothing.
      const telling = runs.filter(({ failed }) => failed !== undefined);
      const firstWithout = telling.findIndex(({ failed }) => !failed!.has(path));
      const without = firstWithout < 0 ? undefined : telling[firstWithout];
      const since = runs[(without === undefined ? runs.length : runs.indexOf(without)) - 1] ?? runs[0];
      const { id = 0, startedAt = '' } = since ?? {};
      files.push({ path, message: reason, run: id, since: startedAt, orEarlier: without === undefined && id > 1 });
    }
    return files;
  });
}

function failedPaths(summary: string | undefined): ReadonlySet<string> | undefined {
  const run = parseSummary(summary);
  return run && new Set(run.failed.map(({ path }) => path));
}
