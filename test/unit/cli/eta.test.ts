import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimateSeconds, nextEta, type StageBytes } from '../../../src/cli/eta.js';

/** A run as the display sees it: time passes, bytes get done at any pace, and the total may still grow. */
const looks = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 60_000 }),
    done: fc.integer({ min: 0, max: 10_000_000 }),
    found: fc.integer({ min: 0, max: 10_000_000 }),
  }),
  { maxLength: 60 },
);

function shownEtas(steps: readonly { afterMs: number; done: number; found: number }[]): (number | undefined)[] {
  let elapsedMs = 0;
  let stage: StageBytes = { bytesDone: 0, bytesTotal: 1 };
  let shown: number | undefined;
  return steps.map(({ afterMs, done, found }) => {
    elapsedMs += afterMs;
    const bytesTotal = stage.bytesTotal + found;
    stage = { bytesTotal, bytesDone: Math.min(bytesTotal, stage.bytesDone + done) };
    shown = nextEta(shown, estimateSeconds([stage], elapsedMs));
    return shown;
  });
}

describe('the ETA that is shown', () => {
  test('never rises and never disappears, however the run goes', () => {
    fc.assert(
      fc.property(looks, (steps) => {
        const known = shownEtas(steps).slice(shownEtas(steps).findIndex((eta) => eta !== undefined));
        known.reduce((before, eta) => {
          if (before !== undefined) expect(eta).toBeLessThanOrEqual(before);
          return eta;
        }, known[0]);
      }),
    );
  });

  test('holds still while the estimate gets worse, and follows it down again', () => {
    expect(nextEta(12, 30)).toBe(12);
    expect(nextEta(12, 11)).toBe(11);
    expect(nextEta(12, undefined)).toBe(12);
    expect(nextEta(undefined, 40)).toBe(40);
  });
});

describe('the estimate', () => {
  const bytes = fc.integer({ min: 1, max: 1_000_000_000 });

  test('is never negative, and zero only when nothing is left', () => {
    fc.assert(
      fc.property(bytes, bytes, fc.integer({ min: 1000, max: 3_600_000 }), (a, b, elapsedMs) => {
        const stage = { bytesDone: Math.min(a, b), bytesTotal: Math.max(a, b) };
        const seconds = estimateSeconds([stage], elapsedMs);
        if (seconds !== undefined) expect(seconds === 0).toBe(a === b);
      }),
    );
  });

  test('is exact at a constant rate', () => {
    expect(estimateSeconds([{ bytesDone: 250, bytesTotal: 1000 }], 5000)).toBe(15);
  });

  test('is that of the slowest stage, since the stages run side by side', () => {
    const chunk = { bytesDone: 900, bytesTotal: 1000 };
    const store = { bytesDone: 500, bytesTotal: 1000 };
    expect(estimateSeconds([chunk, store], 5000)).toBe(5);
  });

  test('waits until there is something to judge by', () => {
    expect(estimateSeconds([{ bytesDone: 500, bytesTotal: 1000 }], 999)).toBeUndefined();
    expect(estimateSeconds([{ bytesDone: 29, bytesTotal: 1000 }], 5000)).toBeUndefined();
  });
});
