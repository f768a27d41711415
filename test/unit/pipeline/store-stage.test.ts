import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreStage } from '../../../src/pipeline/store-stage.js';
import { mergeSegments } from '../../../src/storage/segment-merge.js';
import { openSqliteWriter } from '../../../src/storage/sqlite-writer.js';
import type { SegmentCommit, StoreWriter } from '../../../src/storage/store.js';

function fruitCommit(number: number, chunkCount = 0): SegmentCommit {
  const stamp = { sizeBytes: 1, mtimeMs: 1, ctimeMs: 1 };
  const file = { path: `crate-${number}.ts`, ...stamp, contentHash: null, digest: null, chunkCount };
  return { chunkCount, textBlocks: [], files: [file], unindexed: [], restamped: [], removed: [] };
}

/** Gives waiting promises all the turns they can use. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await setImmediate();
}

let indexDir: string;
let writer: StoreWriter;

beforeEach(async () => {
  indexDir = mkdtempSync(join(tmpdir(), 'fruit-shop-'));
  writer = await openSqliteWriter({ indexDir, command: 'mind-index', mergeSegments });
  await writer.beginRun({ startedAt: '2026-01-01T00:00:00.000Z', fingerprint: 'ripe', embedder: 'none' });
});

afterEach(async () => {
  await writer.close();
  rmSync(indexDir, { recursive: true, force: true });
});

describe('the store stage', () => {
  it('lets one commit in for each one that is written, however many wait', async () => {
    const releases: (() => void)[] = [];
    const slowDisk = Object.create(writer, {
      commit: {
        value: async (commit: SegmentCommit) => {
          await new Promise<void>((resolve) => releases.push(resolve));
          await writer.commit(commit);
        },
      },
    }) as StoreWriter;
    let written = 0;
    let queued = 0;
    const stage = new StoreStage(slowDisk, () => written++);
    const all = Array.from({ length: 12 }, (_, i) => stage.commit(fruitCommit(i)).then(() => queued++));
    for (let i = 0; i < 12; i++) {
      await settle();
      expect(queued).toBe(Math.min(12, written + 3));
      releases.shift()!();
    }
    await Promise.all(all);
    await stage.finish();
    expect(written).toBe(12);
  });

  it('writes nothing after a commit that failed, and tells everyone who asks', async () => {
    const committed: string[] = [];
    const stage = new StoreStage(writer, ({ files }) => committed.push(files[0]!.path));
    const withoutSegment = fruitCommit(1, 1);
    const outcomes = await Promise.allSettled(
      [fruitCommit(0), withoutSegment, fruitCommit(2)].map((commit) => stage.commit(commit)),
    );
    expect(outcomes.length).toBe(3);
    await expect(stage.finish()).rejects.toThrow('files with chunks need a segment');
    await expect(stage.commit(fruitCommit(3))).rejects.toThrow('files with chunks need a segment');
    expect(committed).toEqual(['crate-0.ts']);
  });
});
