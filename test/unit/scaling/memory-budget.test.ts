import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BUDGET_NUMBERS, memoryBudget } from '../../../src/scaling/memory-budget.js';

const MIB = 1024 * 1024;
const budgetOf = (limitMib: number, workers: number) => memoryBudget({ limitBytes: limitMib * MIB }, workers);

const limits = fc.integer({ min: 16, max: 512 * 1024 });
const crews = fc.integer({ min: 1, max: 64 });

describe('the memory budget', () => {
  test('keeps batches small where memory is short', () => {
    const budget = budgetOf(256, 2);
    expect(budget.batchBytes).toBeLessThan(256 * 1024);
    expect(budget.segmentBytes).toBeLessThan(MIB);
  });

  test('does not grow beyond what is useful where there is plenty', () => {
    expect(budgetOf(32 * 1024, 2)).toMatchObject({
      batchBytes: BUDGET_NUMBERS.maxBatchBytes.value,
      segmentBytes: BUDGET_NUMBERS.maxSegmentBytes.value,
      heapBytes: BUDGET_NUMBERS.maxHeapBytes.value,
    });
  });

  test('never falls when memory grows, never rises per worker when workers are added', () => {
    fc.assert(
      fc.property(limits, limits, crews, crews, (a, b, m, n) => {
        const small = budgetOf(Math.min(a, b), Math.max(m, n));
        const large = budgetOf(Math.max(a, b), Math.min(m, n));
        for (const name of ['batchBytes', 'segmentBytes', 'heapBytes', 'recycleAboveBytes'] as const) {
          expect(small[name]).toBeLessThanOrEqual(large[name]);
        }
      }),
    );
  });

  test('stays in its bounds, in whole bytes, and a segment holds at least a batch', () => {
    const n = BUDGET_NUMBERS;
    fc.assert(
      fc.property(limits, crews, (limit, workers) => {
        const budget = budgetOf(limit, workers);
        expect(Object.values(budget).every(Number.isSafeInteger)).toBe(true);
        expect(budget.batchBytes).toBeGreaterThanOrEqual(n.minBatchBytes.value);
        expect(budget.batchBytes).toBeLessThanOrEqual(n.maxBatchBytes.value);
        expect(budget.segmentBytes).toBeGreaterThanOrEqual(budget.batchBytes);
        expect(budget.segmentBytes).toBeLessThanOrEqual(n.maxSegmentBytes.value);
        expect(budget.inFlightBytes).toBe(workers * (budget.batchBytes + budget.segmentBytes));
      }),
    );
  });

  test('fits into the limit wherever more than the lower bounds is given', () => {
    const n = BUDGET_NUMBERS;
    fc.assert(
      fc.property(limits, crews, (limit, workers) => {
        const budget = budgetOf(limit, workers);
        fc.pre(budget.batchBytes > n.minBatchBytes.value && budget.segmentBytes > n.minSegmentBytes.value);
        const perWorker =
          n.threadBytes.value + budget.batchBytes * n.inWorkCost.value + budget.segmentBytes * n.gatheredCost.value;
        expect(n.processBytes.value + workers * perWorker).toBeLessThanOrEqual(limit * MIB * n.usableShare.value);
      }),
    );
  });
});
