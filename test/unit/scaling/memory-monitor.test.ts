import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryMonitor, memoryPressure, SmoothedValue } from '../../../src/scaling/memory-monitor.js';
import type { MemoryUsage } from '../../../src/scaling/system-info.js';
import type { MemorySample } from '../../../src/shared/events.js';
import { ManualClock } from './manual-clock.js';

const MIB = 1024 * 1024;

function watch(usage: () => MemoryUsage, clock = new ManualClock()) {
  const samples: MemorySample[] = [];
  const monitor = new MemoryMonitor({
    limitBytes: 1_000 * MIB,
    read: usage,
    pollIntervalMs: 250,
    shortWindowMs: 500,
    longWindowMs: 3_000,
    clock,
  });
  monitor.subscribe((sample) => samples.push(sample));
  return { monitor, samples, clock };
}

describe('pressure', () => {
  test('is the worst of our share, our group and the machine', () => {
    expect(memoryPressure({ rssBytes: 300 }, 1_000)).toBe(0.3);
    expect(memoryPressure({ rssBytes: 300, groupUsedBytes: 80, groupLimitBytes: 100 }, 1_000)).toBe(0.8);
    expect(memoryPressure({ rssBytes: 300, systemUsedBytes: 9, systemTotalBytes: 10 }, 1_000)).toBe(0.9);
    expect(memoryPressure({ rssBytes: 1_500, systemUsedBytes: 9, systemTotalBytes: 10 }, 1_000)).toBe(1.5);
  });
});

describe('smoothing', () => {
  test('shows 63 % of a step after one window, however many looks there were', () => {
    for (const looks of [1, 4, 100]) {
      const value = new SmoothedValue(1_000);
      value.add(0, 0);
      let last = 0;
      for (let look = 1; look <= looks; look++) last = value.add(1, (look * 1_000) / looks);
      expect(last).toBeCloseTo(1 - Math.exp(-1), 10);
    }
  });

  test('stays between the smallest and the largest value it saw', () => {
    const looks = fc.array(fc.tuple(fc.double({ min: 0, max: 2, noNaN: true }), fc.integer({ min: 0, max: 5_000 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(looks, fc.integer({ min: 1, max: 10_000 }), (values, windowMs) => {
        const smoothed = new SmoothedValue(windowMs);
        let nowMs = 0;
        const seen: number[] = [];
        for (const [value, sinceMs] of values) {
          seen.push(value);
          const result = smoothed.add(value, (nowMs += sinceMs));
          expect(result).toBeGreaterThanOrEqual(Math.min(...seen) - 1e-9);
          expect(result).toBeLessThanOrEqual(Math.max(...seen) + 1e-9);
        }
      }),
    );
  });
});

describe('the monitor', () => {
  test('samples at once and then at every interval, until it is stopped', () => {
    const { monitor, samples, clock } = watch(() => ({ rssBytes: 100 * MIB }));
    monitor.start();
    monitor.start();
    clock.advance(1_000);
    expect(samples.map(({ atMs }) => atMs)).toEqual([0, 250, 500, 750, 1_000]);
    monitor.stop();
    clock.advance(1_000);
    expect(samples).toHaveLength(5);
    expect(clock.timers).toBe(0);
  });

  test('feels a rise sooner in the short window than in the long one', () => {
    let rssBytes = 100 * MIB;
    const { monitor, samples, clock } = watch(() => ({ rssBytes }));
    monitor.start();
    rssBytes = 900 * MIB;
    clock.advance(1_000);
    const last = samples.at(-1)!;
    expect(last.pressureShort).toBeGreaterThan(0.75);
    expect(last.pressureLong).toBeLessThan(0.4);
    expect(last).toMatchObject({ rssBytes: 900 * MIB, limitBytes: 1_000 * MIB });
  });

  test('passes on the pressure stall information where there is one', () => {
    const { monitor } = watch(() => ({ rssBytes: 1, psiSomeAvg10: 3.5 }));
    expect(monitor.sample().psiSomeAvg10).toBe(3.5);
    const { monitor: without } = watch(() => ({ rssBytes: 1 }));
    expect(without.sample()).not.toHaveProperty('psiSomeAvg10');
  });

  test('stops telling a subscriber that left', () => {
    const { monitor, clock } = watch(() => ({ rssBytes: 1 }));
    let told = 0;
    const leave = monitor.subscribe(() => told++);
    monitor.start();
    leave();
    clock.advance(1_000);
    expect(told).toBe(1);
  });

  test('knows the peak, also one that lay between two looks', () => {
    let usage: MemoryUsage = { rssBytes: 100, highWaterRssBytes: 500 };
    const { monitor } = watch(() => usage);
    expect(monitor.peakRssBytes, 'the mark of an earlier time is not ours').toBe(100);
    usage = { rssBytes: 200, highWaterRssBytes: 500 };
    monitor.sample();
    usage = { rssBytes: 150, highWaterRssBytes: 700 };
    expect(monitor.peakRssBytes).toBe(700);
  });
});
