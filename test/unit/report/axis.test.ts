import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteAxis, numberAxis, timeAxis, wholeAxis } from '../../../src/report/axis.js';
import { bytes, count } from '../../../src/shared/quantities.js';

const labels = (axis: { ticks: readonly { label: string }[] }) => axis.ticks.map(({ label }) => label).join(' | ');
const amount = fc.double({ min: 0, max: 1e15, noNaN: true });

describe('an axis', () => {
  test.each([numberAxis, wholeAxis, byteAxis])('%o reaches the highest value with a few round ticks', (axisOf) => {
    fc.assert(
      fc.property(amount, (max) => {
        const { end, ticks } = axisOf(max, String);
        expect(end).toBeGreaterThanOrEqual(max * (1 - 1e-9));
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(6);
        expect(ticks[0]!.value).toBe(0);
        expect(ticks.at(-1)!.value).toBeCloseTo(end, 5);
        for (const { value } of ticks) expect(Number.isFinite(value)).toBe(true);
      }),
    );
  });

  test('of time ends with the time, and no two ticks say the same', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e10, noNaN: true }), (endMs) => {
        const { end, ticks } = timeAxis(endMs);
        expect(end).toBe(Math.max(1, endMs));
        expect(ticks.length).toBeLessThanOrEqual(7);
        for (const { value } of ticks) expect(value).toBeLessThanOrEqual(end);
        expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
      }),
    );
  });

  test('is labelled as people count', () => {
    expect(labels(timeAxis(0))).toBe('0 ms | 1 ms');
    expect(labels(timeAxis(480))).toBe('0.0 s | 0.1 s | 0.2 s | 0.3 s | 0.4 s');
    expect(labels(timeAxis(27_000))).toBe('0 s | 5 s | 10 s | 15 s | 20 s | 25 s');
    expect(labels(timeAxis(80_000))).toBe('0:00 | 0:15 | 0:30 | 0:45 | 1:00 | 1:15');
    expect(labels(timeAxis(3 * 3_600_000))).toBe('0 min | 30 min | 60 min | 90 min | 120 min | 150 min | 180 min');
    expect(labels(byteAxis(2.7 * 2 ** 20, bytes))).toBe('0 B | 1.0 MiB | 2.0 MiB | 3.0 MiB');
    expect(labels(byteAxis(351 * 2 ** 20, bytes))).toBe('0 B | 100 MiB | 200 MiB | 300 MiB | 400 MiB');
    expect(labels(wholeAxis(1, count))).toBe('0 | 1');
    expect(labels(wholeAxis(7, count))).toBe('0 | 2 | 4 | 6 | 8');
    expect(labels(numberAxis(0, count))).toBe('0 | 1');
  });
});
