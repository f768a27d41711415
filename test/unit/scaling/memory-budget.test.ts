import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BUDGET_NUMBERS, memoryBudget } from '../../../src/scaling/memory-budget.js';

const MIB = 1024 * 1024;
const budgetOf = (limitMib: number, workers: number) => memoryBudget({ limitBytes: limitMib * MIB }, workers);

const limits = fc.integer({ min: 16, max: 512 * 1024 });
const crews = fc.integer({ min: 1, max: 64 });

describe('the memory budget', () => {
  test('keeps segments small where memory is short', () => {
    expect(budgetOf(256, 2).segmentBytes).toBeLessThan(MIB);
  });

  test('does not grow beyond what is useful where there is plenty', () => {
    expect(budgetOf(32 * 1024, 2)).toMatchObject({
      segmentBytes: BUDGET_NUMBERS.maxSegmentBytes.value,
      heapBytes: BUDGET_NUMBERS.maxHeapBytes.value,
    });
  });

  test('never falls when memory grows, never rises per worker when workers are added', () => {
    fc.assert(
      fc.property(limits, limits, crews, crews, (a, b, m, n) => {
        const small = budgetOf(Math.min(a, b), Math.max(m, n));
        const large = budgetOf(Math.max(a, b), Math.min(m, n));
        for (const name of ['segmentBytes', 'heapBytes', 'recycleAboveBytes'] as const) {
          expect(small[name]).toBeLessThanOrEqual(large[name]);
        }
      }),
    );
  });

  test('stays in its bounds, in whole bytes', () => {
    const n = BUDGET_NUMBERS;
    fc.assert(
      fc.property(limits, crews, (limit, workers) => {
        const budget = budgetOf(limit, workers);
        expect(Object.values(budget).every(Number.isSafeInteger)).toBe(true);
        expect(budget.segmentBytes).toBeGreaterThanOrEqual(n.minSegmentBytes.value);
        expect(budget.segmentBytes).toBeLessThanOrEqual(n.maxSegmentBytes.value);
      }),
    );
  });

  test('fits into the limit wherever more than the lower bounds is given', () => {
    const n = BUDGET_NUMBERS;
    fc.assert(
      fc.property(limits, crews, (limit, workers) => {
        const budget = budgetOf(limit, workers);
        fc.pre(budget.segmentBytes > n.minSegmentBytes.value);
        // As much again as is gathered is left for the files in work.
        const perWorker = n.threadBytes.value + 2 * budget.segmentBytes * n.gatheredCost.value;
        expect(n.processBytes.value + workers * perWorker).toBeLessThanOrEqual(limit * MIB * n.usableShare.value);
      }),
    );
  });
});
