import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storeContract } from '../contract/store.js';
import { FINISHED_AT, RUN, commitOf, textOf } from '../contract/store-samples.js';
import type * as sourceErrors from '../../src/shared/errors.js';
import { mergeSegments } from '../../src/storage/segment-merge.js';
import { openSqliteReader } from '../../src/storage/sqlite-reader.js';
import { verifySqliteStore } from '../../src/storage/sqlite-verify.js';
import { openSqliteWriter } from '../../src/storage/sqlite-writer.js';
import type { StoreWriter } from '../../src/storage/store.js';
import type * as writerThread from '../../src/storage/writer-thread.js';

// The thread's entry is JavaScript: it exists only where the project was built.
const built = new URL('../../dist/', import.meta.url);
const { openThreadedWriter }: Pick<typeof writerThread, 'openThreadedWriter'> = await import(
  new URL('storage/writer-thread.js', built).href
);
const { MindIndexError }: Pick<typeof sourceErrors, 'MindIndexError'> = await import(
  new URL('shared/errors.js', built).href
);

const APPLE = { path: 'src/apple.ts', version: 'apple-1', chunkCount: 3 };

let indexDir: string;
let threads: Worker[];
const remember = (worker: Worker) => threads.push(worker);
beforeEach(() => {
  indexDir = mkdtempSync(join(tmpdir(), 'fruit-index-'));
  threads = [];
  process.on('worker', remember);
});
afterEach(() => {
  process.off('worker', remember);
  rmSync(indexDir, { recursive: true, force: true });
  // A thread that has ended has no number any more.
  expect(threads.map((thread) => thread.threadId)).toEqual(threads.map(() => -1));
});

storeContract('SQLite on a thread', () => {
  const directory = mkdtempSync(join(tmpdir(), 'fruit-index-'));
  return {
    openWriter: () => openThreadedWriter({ indexDir: directory, command: 'mind-index' }),
    openReader: () => openSqliteReader(directory),
    dispose: () => rmSync(directory, { recursive: true }),
  };
});

async function open(): Promise<StoreWriter> {
  const writer = await openThreadedWriter({ indexDir, command: 'mind-index' });
  await writer.beginRun(RUN);
  return writer;
}

describe('the writer on a thread', () => {
  it('takes the bytes of a commit over instead of copying them', async () => {
    const writer = await open();
    const commit = commitOf([{ ...APPLE, textBytes: 100_000 }]);
    const [block] = commit.textBlocks;
    await writer.commit(commit);
    expect(commit.segment!.byteLength).toBe(0);
    expect(block!.byteLength).toBe(0);
    await writer.close();
  });

  it('copies bytes that share their buffer with others', async () => {
    const writer = await open();
    const { textBlocks, ...commit } = commitOf([APPLE]);
    const [block] = textBlocks;
    const shared = new Uint8Array(1_000_000);
    shared.set(block!, 10);
    await writer.commit({ ...commit, textBlocks: [shared.subarray(10, 10 + block!.length)] });
    expect(shared.byteLength).toBe(1_000_000);

    const pear = { path: 'pear.ts', version: 'pear-1' };
    const other = commitOf([pear]);
    const pooled = Buffer.from(other.textBlocks[0]!);
    expect(pooled.buffer.byteLength).toBeGreaterThan(pooled.length);
    await writer.commit({ ...other, textBlocks: [pooled] });
    expect(pooled.length).toBeGreaterThan(0);
    await writer.close();
    const reader = openSqliteReader(indexDir);
    expect(reader.text(APPLE.path)).toBe(textOf(APPLE));
    expect(reader.text(pear.path)).toBe(textOf(pear));
    reader.close();
  });

  it('does calls in the order they were made, without being waited for', async () => {
    const writer = await open();
    const versions = Array.from({ length: 20 }, (_, i) => ({ ...APPLE, version: `apple-${i}` }));
    const calls = versions.map((version) => writer.commit(commitOf([version])));
    const end = writer.finishRun({ finishedAt: FINISHED_AT, digest: 'd', summary: '{}' });
    await Promise.all([...calls, end, writer.close()]);
    const reader = openSqliteReader(indexDir);
    expect(reader.text(APPLE.path)).toEqual(textOf(versions.at(-1)!));
    expect(verifySqliteStore(reader)).toEqual([]);
    reader.close();
  });

  it('brings errors back with code, hint and exit code', async () => {
    const holder = await openSqliteWriter({ indexDir, command: 'mind-index watch', mergeSegments });
    const refusal: unknown = await openThreadedWriter({ indexDir, command: 'mind-index' }).catch(
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(MindIndexError);
    expect(refusal).toMatchObject({ code: 'index-locked', exitCode: 1, hint: expect.stringMatching(/wait/) });
    await holder.close();
  });

  it('brings the cause of an error back', async () => {
    rmSync(indexDir, { recursive: true });
    mkdirSync(join(indexDir, 'lock.db'), { recursive: true });
    const refusal: unknown = await openThreadedWriter({ indexDir, command: 'mind-index' }).catch(
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({
      code: 'index-not-writable',
      cause: { message: expect.stringMatching(/unable to open/) },
    });
  });

  it('stays usable after a call that failed', async () => {
    const writer = await open();
    await expect(writer.commit({ ...commitOf([APPLE]), segment: undefined } as never)).rejects.toThrow(
      /need a segment/,
    );
    await writer.commit(commitOf([APPLE]));
    await writer.close();
    await expect(writer.commit(commitOf([APPLE]))).rejects.toMatchObject({ code: 'writer-thread-lost' });
    await writer.close();
  });

  it('rejects every call when its thread dies, and leaves lock and index to the next one', async () => {
    const writer = await open();
    await writer.commit(commitOf([APPLE]));
    const calls = Array.from({ length: 5 }, (_, i) =>
      writer.commit(commitOf([{ path: `fruit-${i}.ts`, version: 'ripe' }])),
    );
    const outcomes = Promise.allSettled(calls);
    await threads[0]!.terminate();
    const rejected = (await outcomes).filter((outcome) => outcome.status === 'rejected');
    for (const { reason } of rejected) expect(reason).toMatchObject({ code: 'writer-thread-lost', exitCode: 1 });
    await expect(writer.commit(commitOf([APPLE]))).rejects.toMatchObject({ code: 'writer-thread-lost' });
    await writer.close();

    const next = await openSqliteWriter({ indexDir, command: 'mind-index', mergeSegments });
    await next.close();
    const reader = openSqliteReader(indexDir);
    expect(reader.file(APPLE.path)).toBeDefined();
    expect(verifySqliteStore(reader)).toEqual([]);
    reader.close();
    expect(existsSync(join(indexDir, 'lock.json'))).toBe(false);
  });
});
