import { expect, test } from 'vitest';
import { failedFiles } from '../../../src/pipeline/failed-files.js';
import { openSqliteReader } from '../../../src/storage/sqlite-reader.js';
import { openSqliteWriter } from '../../../src/storage/sqlite-writer.js';
import { mergeSegments } from '../../../src/storage/segment-merge.js';
import { temporaryFolder } from '../../generated-tree.js';
import { sampleSummary } from '../../run-samples.js';

const STAMP = { sizeBytes: 1, mtimeMs: 1, ctimeMs: 1 };

/** Writes runs, each with the files that its summary lists as failed (none: it was killed), and reads what failed. */
async function since(runs: readonly (readonly string[] | undefined)[], failed: readonly string[]) {
  const folder = temporaryFolder();
  const writer = await openSqliteWriter({ indexDir: folder.path, command: 'test', mergeSegments });
  try {
    for (const [day, listed] of runs.entries()) {
      const startedAt = `2026-11-${String(day + 1).padStart(2, '0')}`;
      await writer.beginRun({ startedAt, fingerprint: 'ripe', embedder: 'none' });
      const unindexed = failed.map((path) => {
        return { path, state: 'failed' as const, reason: 'rotten', ...STAMP, contentHash: null };
      });
      await writer.commit({ chunkCount: 0, textBlocks: [], files: [], restamped: [], removed: [], unindexed });
      if (listed === undefined) continue;
      const summary = JSON.stringify(sampleSummary({ failed: listed.map((path) => ({ path, message: 'rotten' })) }));
      await writer.finishRun({ finishedAt: startedAt, digest: '', summary });
    }
    const reader = openSqliteReader(folder.path);
    const found = failedFiles(reader).map(({ path, run, orEarlier }) => [path, run, orEarlier]);
    reader.close();
    return found;
  } finally {
    await writer.close();
    folder.remove();
  }
}

test('a file has failed since the first run of those in a row that list it', async () => {
  const [fig, plum] = ['fig.ts', 'plum.ts'];
  expect(await since([[], [fig], [], [fig], [fig, plum]], [fig, plum])).toEqual([
    [fig, 4, false],
    [plum, 5, false],
  ]);
});

test('a run that was killed says nothing', async () => {
  expect(await since([[], ['fig.ts'], undefined, ['fig.ts']], ['fig.ts'])).toEqual([['fig.ts', 2, false]]);
  expect(await since([[], undefined], ['fig.ts'])).toEqual([['fig.ts', 2, false]]);
});

test('where no remembered run is older, it may have failed before', async () => {
  const runs = Array.from({ length: 25 }, () => ['fig.ts']);
  expect(await since(runs, ['fig.ts'])).toEqual([['fig.ts', 6, true]]);
});
