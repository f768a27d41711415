import { mergeSegments } from '../../src/storage/segment-merge.js';
import { openSqliteWriter } from '../../src/storage/sqlite-writer.js';
import { FINISHED_AT, MERGE_ALL, RUN, commitOf } from '../contract/store-samples.js';

/**
 * A process that writes an index: `hold` opens it and waits, `build` writes one commit and ends, `commit` commits batch
 * after batch from a given number on and says which are done, until it is killed.
 */
const [mode, indexDir, from] = process.argv.slice(2) as [string, string, string];
const say = (line: string) => process.stdout.write(`${line}\n`);

try {
  const writer = await openSqliteWriter({ indexDir, command: `mind-index ${mode}`, mergeSegments });
  await writer.beginRun(RUN);
  say('open');
  if (mode === 'hold') await new Promise((resolve) => process.stdin.once('data', resolve));
  if (mode === 'build') {
    await writer.commit(commitOf([{ path: 'src/apple.ts', version: 'apple-1' }]));
    await writer.finishRun({ finishedAt: FINISHED_AT, digest: 'd', summary: '{}' });
  }
  for (let batch = Number(from); mode === 'commit'; batch++) {
    const files = [0, 1, 2].map((i) => ({ path: `batch-${batch}/fruit-${i}.ts`, version: 'ripe', textBytes: 20_000 }));
    await writer.commit(commitOf([{ path: 'basket.ts', version: `${batch}` }, ...files]));
    say(`${batch}`);
    if (batch % 7 === 0) await writer.merge({ ...MERGE_ALL, maxSmallSegments: 4 });
    // Lets the line leave before the next commit.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await writer.close();
} catch (error) {
  say(`failed ${(error as { code?: string }).code} ${(error as Error).message}`);
}
