import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  median,
  medianAbsoluteDeviation,
  medianError,
  quantile,
  sampleWarnings,
  summarize,
} from '../../../src/bench/statistics.js';

const times = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 });

describe('quantile', () => {
  it('interpolates between neighbours', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([10, 20], 0.25)).toBe(12.5);
  });

  it('lies within the values, whatever their order, and grows with the share', () => {
    fc.assert(
      fc.property(times, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        const value = quantile(values, share);
        expect(value).toBeGreaterThanOrEqual(Math.min(...values));
        expect(value).toBeLessThanOrEqual(Math.max(...values));
        expect(quantile(values.toReversed(), share)).toBe(value);
        expect(quantile(values, 1)).toBeGreaterThanOrEqual(value);
      }),
    );
  });

  it('refuses an empty list', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});

describe('medianAbsoluteDeviation', () => {
  it('is the median of the distances from the median', () => {
    expect(medianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9])).toBe(1);
  });

  it('is not moved by one wild value among equal ones', () => {
    expect(medianAbsoluteDeviation([5, 5, 5, 5, 1000])).toBe(0);
  });
});

describe('summarize', () => {
  it('scales the spread for small samples', () => {
    expect(summarize([90, 100, 110]).spread).toBeCloseTo((1.495 * 1.4826 * 10) / 100);
    expect(summarize([100]).spread).toBe(0.1);
  });

  it('has a spread that does not change with the unit', () => {
    fc.assert(
      fc.property(times, (values) => {
        const seconds = summarize(values).spread;
        const milliseconds = summarize(values.map((value) => value * 1024)).spread;
        expect(milliseconds).toBeCloseTo(seconds, 6);
      }),
    );
  });

  it('keeps the samples in the order they were taken', () => {
    expect(summarize([3, 1, 2]).samples).toEqual([3, 1, 2]);
  });
});

describe('medianError', () => {
  it('shrinks with the square root of the number of samples', () => {
    const few = { ...summarize([1]), spread: 0.1 };
    const many = { ...summarize(Array.from({ length: 100 }, () => 1)), spread: 0.1 };
    expect(medianError(few) / medianError(many)).toBeCloseTo(10);
    expect(median(many.samples)).toBe(1);
  });
});

describe('sampleWarnings', () => {
  it('has nothing to say about quiet samples', () => {
    expect(sampleWarnings(summarize([100, 101, 99, 100, 102]))).toEqual([]);
  });

  it('notices a slow first run', () => {
    expect(sampleWarnings(summarize([150, 100, 100]))).toEqual([{ kind: 'first-run-slow', factor: 1.5 }]);
  });

  it('counts outliers only among enough samples', () => {
    expect(sampleWarnings(summarize([100, 101, 99, 100, 300]))).toContainEqual({ kind: 'outliers', count: 1 });
    expect(sampleWarnings(summarize([100, 100, 300]))).toEqual([]);
  });

  it('calls more than five percent of spread noise', () => {
    expect(sampleWarnings(summarize([80, 100, 120])).map((warning) => warning.kind)).toEqual(['noisy']);
  });
});
