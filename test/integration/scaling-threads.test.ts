import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { ThreadLostError } from '../../src/scaling/thread-lost-error.js';
import { ThreadPool, type ThreadPoolOptions } from '../../src/scaling/thread-pool.js';
import type { FruitInit, FruitTask } from './scaling-thread-entry.js';

const ENTRY = new URL('./scaling-thread-boot.mjs', import.meta.url);
const pools: ThreadPool<FruitTask, unknown>[] = [];

interface Stall {
  readonly pool: ThreadPool<FruitTask, unknown>;
  /** What the pool told through its callbacks. */
  readonly losses: ThreadLostError[];
  readonly recycledThreads: number[];
}

function openStall(options: Partial<ThreadPoolOptions> = {}, init: FruitInit = { morning: 'open' }): Stall {
  const losses: ThreadLostError[] = [];
  const recycledThreads: number[] = [];
  const pool = new ThreadPool<FruitTask, unknown>({
    entry: ENTRY,
    init,
    size: 1,
    recycleAboveBytes: 1024 ** 3,
    deadlineMs: 30_000,
    bootDeadlineMs: 30_000,
    bootFailuresAllowed: 3,
    terminateGraceMs: 2_000,
    onLost: (loss) => losses.push(loss),
    onRecycled: ({ thread }) => recycledThreads.push(thread),
    ...options,
  });
  pools.push(pool);
  return { pool, losses, recycledThreads };
}

async function lossOf(run: Promise<unknown>): Promise<ThreadLostError> {
  const [outcome] = await Promise.allSettled([run]);
  expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(ThreadLostError) });
  return (outcome as PromiseRejectedResult).reason;
}

/** Every worker thread of this process, whoever started it, until it has exited. */
const alive = new Set<Worker>();
process.on('worker', (worker: Worker) => {
  alive.add(worker);
  worker.once('exit', () => alive.delete(worker));
});

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
  expect(alive.size, 'threads that outlived their test').toBe(0);
});

test('tasks run on threads that are started when needed and kept for the next task', async () => {
  const { pool } = openStall({ size: 2 });
  expect(pool.counts.started).toBe(0);
  expect(await pool.run({ fruits: ['apple', 'pear'] })).toEqual(['APPLE', 'PEAR']);
  expect(await pool.run({ fruits: ['fig'] })).toEqual(['FIG']);
  expect(pool.counts).toMatchObject({ live: 1, started: 1, busy: 0 });
  expect(pool.progress).toEqual({ itemsDone: 3, bytesDone: 12 });
});

test('as many tasks run at once as there are places, the others wait their turn', async () => {
  const { pool } = openStall({ size: 2 });
  const fruits = ['apple', 'pear', 'plum', 'fig', 'kiwi'];
  const eaten = await Promise.all(fruits.map((fruit) => pool.run({ fruits: [fruit] })));
  expect(eaten).toEqual(fruits.map((fruit) => [fruit.toUpperCase()]));
  expect(pool.counts.started).toBe(2);
});

test('buffers move into the thread and back without being copied', async () => {
  const { pool } = openStall();
  const buffer = new ArrayBuffer(1024);
  const returned = await pool.run({ fruits: [], buffer }, { transferList: [buffer] });
  expect(buffer.byteLength).toBe(0);
  expect((returned as ArrayBuffer).byteLength).toBe(1024);
});

test('an error of a task fails that task only, with its class name and message', async () => {
  const { pool } = openStall();
  await expect(pool.run({ fruits: ['rotten'] })).rejects.toMatchObject({ name: 'RangeError', message: 'rotten fruit' });
  expect(await pool.run({ fruits: ['fig'] })).toEqual(['FIG']);
  expect(pool.counts).toMatchObject({ started: 1, lost: 0 });
});

test('a task that cannot be cloned is refused and leaves the thread usable', async () => {
  const { pool } = openStall();
  const uncloneable = { fruits: [], buffer: (() => 1) as unknown as ArrayBuffer };
  await expect(pool.run(uncloneable)).rejects.toThrow(/could not be cloned/);
  expect(await pool.run({ fruits: ['fig'] })).toEqual(['FIG']);
});

test('what a library prints inside a thread does not reach our standard output', async () => {
  const { pool } = openStall();
  expect(await pool.run({ fruits: ['noisy'] })).toEqual(['noisy']);
});

test.each([
  ['exit', 'exit', /exit code 7/],
  ['crash', 'error', /the crate collapsed/],
] as const)('a thread that dies by %s names the item it worked on and is replaced', async (fruit, reason, detail) => {
  const { pool, losses } = openStall();
  const loss = await lossOf(pool.run({ fruits: ['apple', 'pear', fruit, 'fig'] }));
  expect(loss).toMatchObject({ reason, thread: 1, progress: { itemsDone: 2, currentItem: 2 } });
  expect(loss.detail).toMatch(detail);
  expect(losses).toEqual([loss]);
  expect(pool.counts).toMatchObject({ live: 0, lost: 1 });
  expect(pool.progress.itemsDone).toBe(0);
  expect(await pool.run({ fruits: ['fig'] })).toEqual(['FIG']);
  expect(pool.counts).toMatchObject({ started: 2, live: 1 });
});

test('a thread that fills its heap is lost for want of memory, and the process lives', async () => {
  const { pool } = openStall({ maxHeapMb: 64 });
  const loss = await lossOf(pool.run({ fruits: ['apple', 'heavy'] }));
  expect(loss).toMatchObject({ reason: 'out-of-memory', progress: { itemsDone: 1, currentItem: 1 } });
  expect(await pool.run({ fruits: ['fig'] })).toEqual(['FIG']);
});

test('a thread that hangs on an item is stopped after the deadline, and the others are not', async () => {
  const { pool } = openStall({ size: 2, deadlineMs: 1_000, terminateGraceMs: 200 });
  const [hung, fine] = await Promise.all([
    lossOf(pool.run({ fruits: ['apple', 'endless'] })),
    pool.run({ fruits: ['fig'] }),
  ]);
  expect(hung).toMatchObject({ reason: 'deadline', progress: { currentItem: 1 } });
  expect(hung.message).toBe('the thread was stopped because one item took longer than 1000 ms');
  expect(fine).toEqual(['FIG']);
  expect(pool.counts).toMatchObject({ lost: 1, abandoned: 0 });
});

test('a thread that hangs in native code is abandoned: neither its task nor the closing waits for it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'mind-index-scaling-'));
  const pipe = join(directory, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const { pool } = openStall({ deadlineMs: 1_000, terminateGraceMs: 100 });
  try {
    const loss = await lossOf(pool.run({ fruits: ['stuck'], pipe }));
    expect(loss).toMatchObject({ reason: 'deadline', progress: { currentItem: 0 } });
    expect(pool.counts).toMatchObject({ live: 0, abandoned: 1 });
    expect(await pool.run({ fruits: ['fig'] })).toEqual(['FIG']);
    await pool.close();
  } finally {
    writeFileSync(pipe, 'released');
    rmSync(directory, { recursive: true });
  }
  await expect.poll(() => pool.counts.abandoned).toBe(0);
});

test('a thread in native code that calls back is led out of it: torn out, it would take the process along', async () => {
  const { pool } = openStall({ deadlineMs: 1_500, terminateGraceMs: 20_000 });
  const loss = await lossOf(pool.run({ fruits: ['apple', 'orange'] }));
  expect(loss).toMatchObject({ reason: 'deadline', progress: { itemsDone: 1, currentItem: 1 } });
  expect(pool.counts).toMatchObject({ live: 0, lost: 1, abandoned: 0 });
  expect(await pool.run({ fruits: ['fig'] })).toEqual(['FIG']);
});

test.each(['crash', 'exit'] as const)('threads that die at boot by %s are not started for ever', async (morning) => {
  const { pool } = openStall({ size: 2 }, { morning });
  await expect(Promise.all([pool.run({ fruits: ['fig'] }), pool.run({ fruits: ['kiwi'] })])).rejects.toMatchObject({
    code: 'threads-cannot-start',
    message: expect.stringMatching(/3 in a row died while booting \(.*(no roof|exit code 3)/),
  });
  const { started } = pool.counts;
  expect(started).toBeLessThanOrEqual(4);
  await expect(pool.run({ fruits: ['fig'] })).rejects.toMatchObject({ code: 'threads-cannot-start' });
  expect(pool.counts.started).toBe(started);
});

test('a thread that hangs while booting is stopped like any other', async () => {
  const { pool, losses } = openStall(
    { bootDeadlineMs: 200, bootFailuresAllowed: 1, deadlineMs: 100, terminateGraceMs: 200 },
    { morning: 'sleep' },
  );
  await expect(pool.run({ fruits: ['fig'] })).rejects.toMatchObject({ code: 'threads-cannot-start' });
  expect(losses).toMatchObject([{ reason: 'deadline' }]);
});

test.each(['heap', 'native'] as const)(
  'a thread that grew in %s memory is ended after its task and replaced',
  async (fruit) => {
    const { pool, recycledThreads } = openStall({ recycleAboveBytes: 8 * 1024 * 1024 });
    expect(await pool.run({ fruits: ['apple'] })).toEqual(['APPLE']);
    expect(recycledThreads).toEqual([]);
    expect(await pool.run({ fruits: [fruit] })).toEqual([fruit]);
    expect(recycledThreads).toEqual([1]);
    expect(await pool.run({ fruits: ['fig'] })).toEqual(['FIG']);
    expect(pool.counts).toMatchObject({ started: 2, recycled: 1, lost: 0 });
  },
);

test('idle threads above a smaller size are ended, busy ones finish their task first', async () => {
  const { pool } = openStall({ size: 3 });
  await Promise.all(['apple', 'pear', 'plum'].map((fruit) => pool.run({ fruits: [fruit] })));
  expect(pool.counts.live).toBe(3);
  const running = pool.run({ fruits: ['fig'] });
  pool.resize(1);
  expect(await running).toEqual(['FIG']);
  await expect.poll(() => pool.counts.live).toBe(1);
  pool.resize(2);
  await Promise.all(['apple', 'pear'].map((fruit) => pool.run({ fruits: [fruit] })));
  expect(pool.counts.started).toBe(4);
});

test('closing rejects what waits, kills what runs, and refuses what comes', async () => {
  const { pool, losses } = openStall({ terminateGraceMs: 200 });
  await pool.run({ fruits: ['apple'] });
  const running = lossOf(pool.run({ fruits: ['endless'] }));
  const waiting = expect(pool.run({ fruits: ['fig'] })).rejects.toMatchObject({ code: 'pool-closed' });
  await expect.poll(() => pool.counts.busy).toBe(1);
  await pool.close();
  expect((await running).reason).toBe('closed');
  await waiting;
  await expect(pool.run({ fruits: ['fig'] })).rejects.toMatchObject({ code: 'pool-closed' });
  expect(pool.counts).toMatchObject({ live: 0, lost: 0 });
  expect(losses).toEqual([]);
});

test('closing with a grace lets the running task finish, and an abort cuts the grace short', async () => {
  const { pool: patient } = openStall();
  await patient.run({ fruits: ['apple'] });
  const finishing = patient.run({ fruits: ['apple', 'fig'] });
  await patient.close({ graceMs: 30_000 });
  expect(await finishing).toEqual(['APPLE', 'FIG']);

  const { pool: hurried } = openStall({ terminateGraceMs: 200 });
  await hurried.run({ fruits: ['apple'] });
  const endless = lossOf(hurried.run({ fruits: ['endless'] }));
  const abort = new AbortController();
  const closed = hurried.close({ graceMs: 30_000, signal: abort.signal });
  abort.abort();
  await closed;
  expect((await endless).reason).toBe('closed');
});

test('a pool that never started a thread closes at once', async () => {
  await openStall().pool.close();
});
