import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BUDGET_NUMBERS,
  memoryBudget,
  neededBytes,
  threadsThatFit,
  type MemoryBudget,
} from '../../../src/scaling/memory-budget.js';

const MIB = 1024 * 1024;
const budgetOf = (limitMib: number, workers: number) => memoryBudget({ limitBytes: limitMib * MIB }, workers);

const needs = fc.record({ files: fc.nat(1e6), largestFileBytes: fc.nat(64 * MIB), maxParseBytes: fc.nat(8 * MIB) });
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
        for (const name of Object.keys(small) as (keyof MemoryBudget)[]) {
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

  test('has room for the files and one thread from the smallest limit on', () => {
    const n = BUDGET_NUMBERS;
    fc.assert(
      fc.property(needs, (need) => {
        const limitBytes = neededBytes(need);
        expect(limitBytes).toBeGreaterThan(neededBytes());
        const fixed = n.processBytes.value + n.threadBytes.value + need.files * n.fileBytes.value;
        expect(fixed + need.largestFileBytes).toBeLessThanOrEqual(memoryBudget({ limitBytes }, 1).ceilingBytes);
        expect(neededBytes({ ...need, files: need.files + 1 })).toBeGreaterThan(limitBytes);
      }),
    );
  });

  test('lets as many threads live as have room for their lower bounds, and one in any case', () => {
    const n = BUDGET_NUMBERS;
    fc.assert(
      fc.property(limits, (limit) => {
        const threads = threadsThatFit({ limitBytes: limit * MIB });
        expect(threads).toBeGreaterThanOrEqual(1);
        fc.pre(threads > 1);
        expect(n.processBytes.value + threads * n.threadBytes.value).toBeLessThan(limit * MIB * n.usableShare.value);
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
