import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseMerge, type SegmentLoad } from '../../../src/storage/sqlite-merge.js';
import type { MergePolicy } from '../../../src/storage/store.js';

const POLICY: MergePolicy = { smallSegmentBytes: 100, maxSmallSegments: 2, maxDeadShare: 0.5, maxMergeBytes: 1_000 };

function segment(id: number, more: Partial<SegmentLoad> = {}): SegmentLoad {
  return { id, byteLength: 50, fileCount: 10, deadCount: 0, fingerprint: 'apples', ...more };
}

function chosen(segments: readonly SegmentLoad[], policy: Partial<MergePolicy> = {}): unknown {
  const step = chooseMerge(segments, { ...POLICY, ...policy });
  return step && [step.kind, ...step.segments.map(({ id }) => id).toSorted()];
}

describe('the choice of a merge', () => {
  it('leaves few small segments alone', () => {
    expect(chosen([segment(1), segment(2)])).toBeUndefined();
  });

  it('takes the small segments together when they are too many', () => {
    expect(chosen([segment(1), segment(2), segment(3), segment(4, { byteLength: 500 })])).toEqual(['rewrite', 1, 2, 3]);
  });

  it('takes no more bytes than a merge may have', () => {
    expect(chosen([segment(1), segment(2), segment(3)], { maxMergeBytes: 120 })).toEqual(['rewrite', 1, 2]);
    expect(chosen([segment(1), segment(2), segment(3)], { maxMergeBytes: 60 })).toBeUndefined();
  });

  it('never mixes settings', () => {
    expect(chosen([segment(1), segment(2), segment(3, { fingerprint: 'pears' })])).toBeUndefined();
  });

  it('drops dead segments first', () => {
    expect(chosen([segment(1), segment(2), segment(3, { deadCount: 10 })])).toEqual(['drop', 3]);
  });

  it('rewrites a segment that is mostly dead', () => {
    expect(chosen([segment(1, { byteLength: 500, deadCount: 6 })])).toEqual(['rewrite', 1]);
    expect(chosen([segment(1, { byteLength: 500, deadCount: 5 })])).toBeUndefined();
    expect(chosen([segment(1, { byteLength: 5_000, deadCount: 6 })])).toBeUndefined();
  });

  it('comes to an end, within its bounds and with every living file kept', () => {
    const load = fc.record({
      byteLength: fc.integer({ min: 1, max: 2_000 }),
      fileCount: fc.integer({ min: 1, max: 20 }),
      dead: fc.double({ min: 0, max: 1, noNaN: true }),
      fingerprint: fc.constantFrom<string>('apples', 'pears'),
    });
    const policy = fc.record({
      smallSegmentBytes: fc.nat({ max: 2_000 }),
      maxSmallSegments: fc.nat({ max: 5 }),
      maxDeadShare: fc.double({ min: 0, max: 1, noNaN: true }),
      maxMergeBytes: fc.nat({ max: 3_000 }),
    });
    fc.assert(
      fc.property(fc.array(load, { maxLength: 30 }), policy, (loads, bounds) => {
        let segments = loads.map(({ dead, ...rest }, i) => ({
          ...rest,
          id: i + 1,
          deadCount: Math.floor(dead * rest.fileCount),
        }));
        const living = (of: readonly SegmentLoad[]) => of.reduce((sum, s) => sum + s.fileCount - s.deadCount, 0);
        const total = living(segments);
        let nextId = segments.length + 1;
        for (let steps = 0; ; steps++) {
          expect(steps).toBeLessThanOrEqual(2 * loads.length);
          const step = chooseMerge(segments, bounds);
          if (step === undefined) break;
          segments = segments.filter((s) => !step.segments.includes(s));
          if (step.kind === 'drop') continue;
          const bytes = step.segments.reduce((sum, s) => sum + s.byteLength, 0);
          expect(bytes).toBeLessThanOrEqual(bounds.maxMergeBytes);
          expect(new Set(step.segments.map((s) => s.fingerprint)).size).toBe(1);
          const { fingerprint } = step.segments[0]!;
          segments.push({
            id: nextId++,
            byteLength: bytes,
            fileCount: living(step.segments),
            deadCount: 0,
            fingerprint,
          });
        }
        expect(living(segments)).toBe(total);
      }),
    );
  });
});
