import { afterEach, expect, test } from 'vitest';
import type { ScaleEvent } from '../../src/shared/events.js';
import { MemoryMonitor } from '../../src/scaling/memory-monitor.js';
import { AutoScaler } from '../../src/scaling/scaler.js';
import { ThreadPool } from '../../src/scaling/thread-pool.js';
import { WorkerPool } from '../../src/scaling/worker-pool.js';
import type { FruitInit, FruitTask } from './scaling-thread-entry.js';

const MIB = 1024 * 1024;
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A whole loop of real parts, quicker than in a run: threads, queue, monitor and scaler under a limit. */
function openMarket(limitBytes: number, workers: number) {
  const init: FruitInit = { morning: 'open' };
  const threads = new ThreadPool<FruitTask, string[]>({
    entry: new URL('./scaling-thread-boot.mjs', import.meta.url),
    init,
    size: workers,
    recycleAboveBytes: 1024 * MIB,
    deadlineMs: 30_000,
    bootDeadlineMs: 30_000,
    bootFailuresAllowed: 3,
    terminateGraceMs: 2_000,
  });
  const pool = new WorkerPool<FruitTask, string[]>({
    execute: (task) => threads.run(task),
    min: 1,
    max: workers,
    concurrency: workers,
    queueLimit: 4,
  });
  const monitor = new MemoryMonitor({
    limitBytes,
    read: () => ({ rssBytes: process.memoryUsage.rss() }),
    pollIntervalMs: 20,
    shortWindowMs: 30,
    longWindowMs: 100,
  });
  const events: ScaleEvent[] = [];
  const scaler = new AutoScaler({
    monitor,
    range: { initial: workers, min: 1, max: workers, reason: 'a market day' },
    policy: {
      aggressive: false,
      halvePressure: 0.9,
      shrinkPressure: 0.8,
      growPressure: 0.5,
      stopPressure: 0.95,
      resumePressure: 0.9,
      cooldownDownMs: 100,
      cooldownUpMs: 200,
      stalledPauseMs: 200,
    },
    dials: [
      { name: 'queue', min: 1, max: workers, get: () => pool.concurrency, set: (count) => (pool.concurrency = count) },
      { name: 'threads', min: 1, max: workers, get: () => threads.counts.live, set: (count) => threads.resize(count) },
    ],
    backlog: () => pool.backlog,
    busy: () => pool.busy,
    pauseAdmission: () => pool.pause(),
    resumeAdmission: () => pool.resume(),
    onDecision: (event) => events.push(event),
  });
  closing.push(async () => {
    scaler.stop();
    monitor.stop();
    await pool.shutdown({ graceMs: 0 });
    await threads.close();
  });
  scaler.start();
  monitor.start();
  return { pool, threads, events, scaler };
}

test('when tasks need more memory than there is, workers go and every task is still done', async () => {
  const { pool, events, scaler, threads } = openMarket(process.memoryUsage.rss() + 220 * MIB, 4);
  const melons = Array.from({ length: 16 }, () => ({ fruits: ['melon'] }));
  const outcomes = await pool.executeAll(melons);
  expect(outcomes.map(({ status }) => status)).toEqual(melons.map(() => 'fulfilled'));
  expect(events.map(({ decision }) => decision)).toContain('down');
  expect(scaler.workers.lowest).toBeLessThan(4);
  expect(threads.counts.lost).toBe(0);
});

test('under a limit that the process alone exceeds, the work goes on with one worker', async () => {
  const { pool, events } = openMarket(40 * MIB, 2);
  const outcomes = await pool.executeAll(['apple', 'pear', 'plum'].map((fruit) => ({ fruits: [fruit] })));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
  expect(events.filter(({ decision }) => decision === 'pause').length).toBeLessThanOrEqual(1);
});
