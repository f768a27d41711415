import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchPlan, type BatchLimits } from '../../../src/pipeline/batch-plan.js';
import type { Batch, FileTask } from '../../../src/pipeline/file-task.js';

const LIMITS: BatchLimits = { minBytes: 100, maxBytes: 1_000, maxFiles: 10 };

function fruitFile(number: number, sizeBytes: number): FileTask {
  const stamp = { sizeBytes, mtimeMs: 1, ctimeMs: 1 };
  return { path: `shop/crate-${number}.ts`, ...stamp, fileClass: 'source', isNew: true, knownHash: null };
}

function filesOf(sizes: readonly number[]): FileTask[] {
  return sizes.map((size, i) => fruitFile(i, size));
}

function takeAll(plan: BatchPlan, workers: number, limits: BatchLimits): Batch[] {
  const batches: Batch[] = [];
  for (let batch = plan.take(workers, limits); batch !== undefined; batch = plan.take(workers, limits))
    batches.push(batch);
  return batches;
}

const sizes = fc.array(fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: 3_000 })), { maxLength: 200 });
const workers = fc.integer({ min: 1, max: 16 });
const limits = fc
  .record({
    minBytes: fc.integer({ min: 1, max: 500 }),
    more: fc.nat({ max: 5_000 }),
    maxFiles: fc.integer({ min: 1, max: 40 }),
  })
  .map(({ minBytes, more, maxFiles }) => ({ minBytes, maxBytes: minBytes + more, maxFiles }));

describe('the plan of batches', () => {
  it('hands out every file once, in order, and counts what is left', () => {
    fc.assert(
      fc.property(sizes, workers, limits, (of, count, bounds) => {
        const files = filesOf(of);
        const plan = new BatchPlan(files);
        let left = files.length;
        for (let batch = plan.take(count, bounds); batch !== undefined; batch = plan.take(count, bounds)) {
          left -= batch.files.length;
          expect(plan.filesLeft).toBe(left);
        }
        expect(left).toBe(0);
        expect(takeAll(new BatchPlan(files), count, bounds).flatMap((batch) => batch.files)).toEqual(files);
      }),
    );
  });

  it('keeps batches within their limits, but for the last file of one', () => {
    fc.assert(
      fc.property(sizes, workers, limits, (of, count, bounds) => {
        for (const { files, bytes } of takeAll(new BatchPlan(filesOf(of)), count, bounds)) {
          expect(files.length).toBeGreaterThan(0);
          expect(files.length).toBeLessThanOrEqual(bounds.maxFiles);
          expect(bytes).toBe(files.reduce((sum, file) => sum + file.sizeBytes, 0));
          expect(bytes - files.at(-1)!.sizeBytes).toBeLessThan(bounds.maxBytes);
        }
      }),
    );
  });

  it('makes batches smaller towards the end, so that no worker is left with a large one', () => {
    const even = filesOf(Array.from({ length: 1_000 }, () => 10));
    const bytes = takeAll(new BatchPlan(even), 2, { ...LIMITS, maxFiles: 1_000 }).map((batch) => batch.bytes);
    expect(bytes[0]).toBe(LIMITS.maxBytes);
    expect(bytes).toEqual(bytes.toSorted((a, b) => b - a));
    expect(bytes.at(-1)).toBeLessThanOrEqual(LIMITS.minBytes);
  });

  it('gives more workers smaller shares', () => {
    const even = filesOf(Array.from({ length: 100 }, () => 100));
    const first = (count: number) =>
      new BatchPlan(even).take(count, { minBytes: 1, maxBytes: 1e9, maxFiles: 1e9 })!.bytes;
    expect(first(1)).toBeGreaterThan(first(4));
    expect(first(4)).toBeGreaterThan(first(16));
  });

  it('hands out what was put back first, in its order, and forgets none', () => {
    const unfinished = fc.array(fc.nat({ max: 20 }), { maxLength: 20 });
    fc.assert(
      fc.property(sizes, workers, limits, unfinished, (of, count, bounds, rests) => {
        const files = filesOf(of);
        const plan = new BatchPlan(files);
        const finished: FileTask[] = [];
        for (let batch = plan.take(count, bounds); batch !== undefined; batch = plan.take(count, bounds)) {
          const done = Math.max(0, batch.files.length - (rests.pop() ?? 0));
          finished.push(...batch.files.slice(0, done));
          plan.putBack(batch.files.slice(done));
          expect(plan.filesLeft).toBe(files.length - finished.length);
        }
        expect(finished).toEqual(files);
      }),
    );
  });

  it('hands out empty files, also when there is nothing else', () => {
    expect(takeAll(new BatchPlan(filesOf([0, 0, 0])), 2, LIMITS).flatMap(({ files }) => files)).toHaveLength(3);
  });

  it('is empty where there are no files', () => {
    const plan = new BatchPlan([]);
    expect(plan.take(2, LIMITS)).toBeUndefined();
    expect(plan.filesLeft).toBe(0);
  });
});
