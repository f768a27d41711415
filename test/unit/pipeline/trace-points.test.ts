import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packTrace, unpackTrace } from '../../../src/pipeline/trace-json.js';
import { MAX_TRACE_POINTS, TracePoints } from '../../../src/pipeline/trace-points.js';
import type { TraceDecision, TracePoint } from '../../../src/shared/trace.js';
import { THRESHOLDS, pointAt } from '../../run-samples.js';

/** One step of a run: how long after the last look, how much memory, and a decision or none. */
const step = fc.record({
  afterMs: fc.integer({ min: 0, max: 900 }),
  rssMib: fc.nat({ max: 600 }),
  decides: fc.boolean(),
});

function decision(number: number): TraceDecision {
  return { kind: number % 2 === 0 ? 'down' : 'up', from: number, to: number + 1, reason: `crate ${number}` };
}

function record(steps: readonly { afterMs: number; rssMib: number; decides: boolean }[], limit: number) {
  const trace = new TracePoints(limit);
  const added: TracePoint[] = [];
  let atMs = 0;
  for (const { afterMs, rssMib, decides } of steps) {
    atMs += afterMs;
    const point = pointAt(atMs, rssMib, { filesDone: added.length });
    trace.add(point);
    if (decides) trace.decide(decision(added.length));
    added.push(decides ? { ...point, decision: decision(added.length) } : point);
  }
  return { kept: trace.list(), added };
}

const limits = fc.integer({ min: 16, max: 60 });
const count = (points: readonly TracePoint[]) =>
  points.reduce((sum, { decision: made }) => sum + (made === undefined ? 0 : (made.joined ?? 1)), 0);
const withoutDecision = (point: TracePoint) => JSON.stringify({ ...point, decision: undefined });

describe('the points of a trace', () => {
  it('are bounded, in order, and each as it was sampled; ends, peak and the number of decisions stay', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 400 }), limits, (steps, limit) => {
        const { kept, added } = record(steps, limit);
        expect(kept.length).toBeLessThanOrEqual(limit);
        if (added.length <= limit) expect(kept).toEqual(added);
        expect(kept[0]).toEqual(added[0]);
        expect(kept.at(-1)).toEqual(added.at(-1));
        expect(Math.max(...kept.map(({ rssBytes }) => rssBytes))).toBe(
          Math.max(...added.map(({ rssBytes }) => rssBytes)),
        );
        expect(count(kept)).toBe(count(added));
        // `filesDone` numbers the points: strictly rising means in order and none twice.
        for (const [at, point] of kept.entries()) {
          if (at > 0) expect(point.filesDone).toBeGreaterThan(kept[at - 1]!.filesDone);
        }
        const sampled = new Set(added.map(withoutDecision));
        expect(kept.filter((point) => !sampled.has(withoutDecision(point)))).toEqual([]);
      }),
    );
  });

  it('keep every decision at its own point as long as there are few', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 100, maxLength: 400 }), (steps) => {
        const few = steps.map((each, at) => ({ ...each, decides: at % 40 === 3 }));
        const { kept, added } = record(few, 48);
        const made = (points: readonly TracePoint[]) => points.filter((point) => point.decision !== undefined);
        expect(made(kept)).toEqual(made(added));
      }),
    );
  });

  it('tell of a long run evenly, its beginning as well as its end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 601, max: 6_000 }), fc.boolean(), (looks, decides) => {
        const steps = Array.from({ length: looks }, (_, at) => ({ afterMs: 250, rssMib: at % 97, decides }));
        const { kept } = record(steps, MAX_TRACE_POINTS);
        const gaps = kept.slice(1).map((point, at) => point.atMs - kept[at]!.atMs);
        const even = (looks * 250) / kept.length;
        expect(Math.max(...gaps)).toBeLessThan(4 * even);
        expect(kept.length).toBeGreaterThan(decides ? 60 : 200);
      }),
      { numRuns: 10 },
    );
  });

  it('join decisions of which there are too many, from the first to the last', () => {
    const { kept } = record(
      Array.from({ length: 5000 }, () => ({ afterMs: 250, rssMib: 500, decides: true })),
      MAX_TRACE_POINTS,
    );
    expect(kept.length).toBeLessThanOrEqual(MAX_TRACE_POINTS);
    const joined = kept.find((point) => (point.decision?.joined ?? 0) > 1)!.decision!;
    expect(joined.to - joined.from).toBe(joined.joined);
  });

  it('keep a local peak that one look alone saw', () => {
    const looks = Array.from({ length: 5000 }, (_, at) => ({
      afterMs: 250,
      rssMib: 100 + (at % 1000 === 500 ? 300 : 0),
    }));
    const { kept } = record(
      looks.map((look) => ({ ...look, decides: false })),
      MAX_TRACE_POINTS,
    );
    expect(kept.filter(({ rssBytes }) => rssBytes === 400 * 2 ** 20)).toHaveLength(5);
  });

  it('have nothing to book a decision on before the first', () => {
    const trace = new TracePoints();
    trace.decide(decision(1));
    expect(trace.list()).toEqual([]);
  });
});

describe('a stored trace', () => {
  const points = [
    pointAt(0, 100),
    pointAt(250, 490, { psiSomeAvg10: 12.5, decision: { ...decision(4), joined: 3 } }),
    pointAt(500, 480),
  ];

  it('comes back as it was, but for digits that are noise', () => {
    expect(unpackTrace(packTrace({ thresholds: THRESHOLDS, points }))).toEqual({
      thresholds: THRESHOLDS,
      points: points.map((point) => ({
        ...point,
        pressureShort: Number(point.pressureShort.toFixed(4)),
        pressureLong: Number(point.pressureLong.toFixed(4)),
      })),
    });
  });

  it('is small: at the bound below 64 KiB', () => {
    const long = Array.from({ length: MAX_TRACE_POINTS }, (_, at) => pointAt(at * 123_456.789, 511.123_456));
    expect(packTrace({ thresholds: THRESHOLDS, points: long }).length).toBeLessThan(64 * 1024);
  });

  it.each([undefined, '', '{}', '[]', 'null', '{"columns":["apples"],"rows":[[1]]}'])('is none for %j', (json) => {
    expect(unpackTrace(json)).toBeUndefined();
  });
});
