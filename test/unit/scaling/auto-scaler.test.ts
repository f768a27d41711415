import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decide,
  initialScalerState,
  workerRange,
  type ScalerState,
  type ScalingDecision,
  type ScalingLimits,
  type ScalingSignal,
} from '../../../src/scaling/auto-scaler.js';
import { policyFromDefaults } from './default-policy.js';
import type { SystemFacts } from '../../../src/scaling/system-info.js';

const GB = 1e9;

function machine(cores: number, availableBytes: number): SystemFacts {
  return { cores, totalBytes: 64 * GB, limitBytes: 64 * GB, limitSource: 'ram', availableBytes };
}

function limits(min: number, max: number, aggressive = false): ScalingLimits {
  return { ...policyFromDefaults(aggressive), min, max };
}

function signal(pressure: number, more: Partial<ScalingSignal> = {}): ScalingSignal {
  return { nowMs: 10_000, pressureShort: pressure, pressureLong: pressure, busy: 8, backlog: 10, ...more };
}

function decideOnce(target: number, pressure: number, more: Partial<ScalingSignal> = {}, aggressive = false) {
  return decide(initialScalerState(target), signal(pressure, { busy: target, ...more }), limits(1, 32, aggressive))
    .decision;
}

/** Feeds signals one after the other and returns every state and decision. */
function play(start: ScalerState, signals: readonly ScalingSignal[], bounds: ScalingLimits) {
  const trace: { readonly state: ScalerState; readonly decision: ScalingDecision; readonly signal: ScalingSignal }[] =
    [];
  let state = start;
  for (const next of signals) {
    const outcome = decide(state, next, bounds);
    trace.push({ ...outcome, signal: next });
    state = outcome.state;
  }
  return trace;
}

const pressures = fc.double({ min: 0, max: 1.3, noNaN: true });
const bounds = fc
  .record({ min: fc.integer({ min: 1, max: 8 }), more: fc.integer({ min: 0, max: 32 }), aggressive: fc.boolean() })
  .map(({ min, more, aggressive }) => limits(min, min + more, aggressive));
const steps = fc.array(
  fc.record({
    pressureShort: pressures,
    pressureLong: pressures,
    busy: fc.integer({ min: 0, max: 40 }),
    backlog: fc.integer({ min: 0, max: 50 }),
    sinceMs: fc.integer({ min: 1, max: 3_000 }),
  }),
  { maxLength: 60 },
);
const histories = fc.tuple(bounds, steps, fc.double({ min: 0, max: 1, noNaN: true })).map(([limit, raw, position]) => {
  let nowMs = 0;
  const signals = raw.map(({ sinceMs, ...rest }): ScalingSignal => ({ ...rest, nowMs: (nowMs += sinceMs) }));
  const target = limit.min + Math.round(position * (limit.max - limit.min));
  return { limit, signals, start: initialScalerState(target) };
});

describe('the number of workers at the start', () => {
  test.each([
    [0.3, 1],
    [1, 1],
    [2, 2],
    [3.9, 2],
    [4, 4],
    [8, 8],
    [16, 16],
    [32, 32],
    [512, 32],
  ])('%s GB of available memory carry %s workers', (available, workers) => {
    expect(workerRange(machine(64, available * GB), { aggressive: false }).initial).toBe(workers);
  });

  test('the cores cap it, twice the cores when aggressive', () => {
    expect(workerRange(machine(2, 16 * GB), { aggressive: false }).initial).toBe(2);
    expect(workerRange(machine(2, 16 * GB), { aggressive: true }).initial).toBe(4);
    expect(workerRange(machine(64, 16 * GB), { aggressive: true }).initial).toBe(32);
  });

  test('a fixed number is taken as it is, even beyond the cores', () => {
    expect(workerRange(machine(2, GB), { aggressive: false, fixed: 16 })).toMatchObject({
      initial: 16,
      min: 16,
      max: 16,
    });
    expect(workerRange(machine(2, GB), { aggressive: false, fixed: 0 }).initial).toBe(1);
  });

  test('the choice is explained in words', () => {
    expect(workerRange(machine(2, 24.9 * GB), { aggressive: false }).reason).toBe(
      '24.9 GB available carry 16, the processor runs 2 at once',
    );
  });

  test('it lies in its range, and never falls when memory or cores grow', () => {
    const facts = fc.record({
      cores: fc.integer({ min: 1, max: 128 }),
      bytes: fc.double({ min: 0, max: 1e12, noNaN: true }),
    });
    fc.assert(
      fc.property(facts, facts, fc.boolean(), (a, b, aggressive) => {
        const range = workerRange(machine(a.cores, a.bytes), { aggressive });
        expect(range.min).toBe(1);
        expect(range.initial).toBeGreaterThanOrEqual(1);
        expect(range.initial).toBeLessThanOrEqual(range.max);
        expect(range.max).toBeLessThanOrEqual(a.cores * (aggressive ? 2 : 1));
        const more = workerRange(machine(a.cores + b.cores, a.bytes + b.bytes), { aggressive });
        expect(more.initial).toBeGreaterThanOrEqual(range.initial);
      }),
    );
  });
});

describe('a step', () => {
  test.each([
    [0.91, 'down', 4],
    [0.9, 'down', 6],
    [0.8, 'down', 6],
    [0.79, 'hold', 8],
    [0.5, 'hold', 8],
    [0.49, 'up', 10],
  ] as const)('at pressure %s eight workers go %s to %s', (pressure, kind, to) => {
    expect(decideOnce(8, pressure)).toMatchObject({ kind, from: 8, to });
  });

  test('aggressive scaling adds a half instead of a quarter', () => {
    expect(decideOnce(8, 0.3, {}, true)).toMatchObject({ kind: 'up', to: 12 });
  });

  test('a step is at least one worker', () => {
    expect(decideOnce(2, 0.85).to).toBe(1);
    expect(decideOnce(1, 0.2).to).toBe(2);
  });

  test('nothing is added without a backlog, or while present workers are idle', () => {
    expect(decideOnce(4, 0.1, { backlog: 0 })).toMatchObject({ kind: 'hold', reason: 'no backlog' });
    expect(decideOnce(4, 0.1, { busy: 3 })).toMatchObject({ kind: 'hold' });
  });

  test('it tells its reason in words', () => {
    expect(decideOnce(8, 0.93).reason).toBe('memory pressure 93 % is above 90 %: half less');
    expect(decideOnce(8, 0.31).reason).toBe('memory pressure 31 % is below 50 % with a backlog: a quarter more');
  });
});

describe('admission', () => {
  const bounds4 = limits(1, 8);

  test('stops at 0.95 and starts again only below 0.9', () => {
    const trace = play(
      initialScalerState(1),
      [0.94, 0.95, 0.93, 0.9, 0.89].map((pressure, index) =>
        signal(0.7, { pressureShort: pressure, nowMs: index * 250, busy: 1 }),
      ),
      bounds4,
    );
    expect(trace.map(({ decision }) => decision.kind)).toEqual(['hold', 'pause', 'hold', 'hold', 'resume']);
  });

  test('while it is stopped workers are taken away, and none added', () => {
    const paused: ScalerState = { ...initialScalerState(8), admission: { kind: 'paused', stalledSinceMs: undefined } };
    expect(decide(paused, signal(0.92), bounds4).decision).toMatchObject({ kind: 'down', to: 4 });
    expect(decide(paused, signal(0.92, { pressureLong: 0.3 }), bounds4).decision.kind).toBe('hold');
  });

  test('a pause that frees nothing ends with one worker instead of hanging the run', () => {
    const signals = Array.from({ length: 40 }, (_, index) =>
      signal(1.2, { nowMs: index * 250, busy: index < 3 ? 2 : 0 }),
    );
    const trace = play(initialScalerState(4), signals, bounds4);
    const resumed = trace.find(({ decision }) => decision.kind === 'resume');
    expect(resumed?.decision).toMatchObject({ to: 1, reason: expect.stringContaining('although nothing runs') });
    expect(trace.at(-1)?.state).toMatchObject({ target: 1, admission: { kind: 'trickle' } });
    expect(trace.filter(({ decision }) => decision.kind === 'pause')).toHaveLength(1);
  });

  test('a fixed number of workers is restored when the pressure is gone', () => {
    const fixed = limits(16, 16);
    const signals = [1, 1, 1].map((pressure, index) => signal(pressure, { nowMs: index * 2_000, busy: 0 }));
    const trace = play(initialScalerState(16), [...signals, signal(0.5, { nowMs: 9_000 })], fixed);
    expect(trace.map(({ state }) => state.target)).toEqual([16, 1, 1, 16]);
    expect(trace.at(-1)?.decision).toMatchObject({ kind: 'up', from: 1, to: 16 });
  });
});

describe('for every history of signals', () => {
  test('the target stays between its bounds, except for the single worker of a trickle', () => {
    fc.assert(
      fc.property(histories, ({ limit, signals, start }) => {
        for (const { state } of play(start, signals, limit)) {
          expect(state.target).toBeGreaterThanOrEqual(state.admission.kind === 'trickle' ? 1 : limit.min);
          expect(state.target).toBeLessThanOrEqual(limit.max);
        }
      }),
    );
  });

  test('the same history gives the same decisions', () => {
    fc.assert(
      fc.property(histories, ({ limit, signals, start }) => {
        expect(play(start, signals, limit)).toEqual(play(start, signals, limit));
      }),
    );
  });

  test('decisions say where they come from, where they go, and why', () => {
    fc.assert(
      fc.property(histories, ({ limit, signals, start }) => {
        let before = start.target;
        for (const { decision, state } of play(start, signals, limit)) {
          expect(decision.from).toBe(before);
          expect(decision.to).toBe(state.target);
          expect(decision.reason).not.toBe('');
          if (decision.kind === 'up') expect(decision.to).toBeGreaterThan(decision.from);
          if (decision.kind === 'down') expect(decision.to).toBeLessThan(decision.from);
          before = state.target;
        }
      }),
    );
  });

  test('between a step and the next ordinary one lies its cool-down', () => {
    fc.assert(
      fc.property(histories, ({ limit, signals, start }) => {
        let lastMs = -Infinity;
        for (const { decision, state, signal: at } of play(start, signals, limit)) {
          const emergency = state.admission.kind === 'trickle' || decision.reason.endsWith('back to normal');
          const cooldownMs = decision.kind === 'up' ? limit.cooldownUpMs : limit.cooldownDownMs;
          if (decision.to !== decision.from && !emergency) expect(at.nowMs - lastMs).toBeGreaterThanOrEqual(cooldownMs);
          if (decision.to !== decision.from) lastMs = at.nowMs;
        }
      }),
    );
  });

  test('more pressure never leads to more workers', () => {
    fc.assert(
      fc.property(histories, pressures, pressures, ({ limit, signals, start }, a, b) => {
        const state = play(start, signals, limit).at(-1)?.state ?? start;
        if (state.admission.kind === 'trickle') return;
        const at = (pressureLong: number) =>
          decide(state, { ...signal(0.7, { nowMs: 1e9, busy: state.target }), pressureLong }, limit).state.target;
        expect(at(Math.max(a, b))).toBeLessThanOrEqual(at(Math.min(a, b)));
      }),
    );
  });

  test('under constant pressure the number moves in one direction only, and comes to rest', () => {
    fc.assert(
      fc.property(bounds, pressures, fc.integer({ min: 1, max: 40 }), (limit, pressure, first) => {
        const target = Math.min(limit.max, Math.max(limit.min, first));
        let state = initialScalerState(target);
        const targets = [target];
        for (let index = 0; index < 200; index++) {
          const busy = state.admission.kind === 'paused' ? 0 : state.target;
          state = decide(state, signal(pressure, { nowMs: index * 250, busy }), limit).state;
          targets.push(state.target);
        }
        const directions = new Set(targets.slice(1).map((value, index) => Math.sign(value - targets[index]!)));
        directions.delete(0);
        expect(directions.size).toBeLessThanOrEqual(1);
        expect(new Set(targets.slice(-50)).size).toBe(1);
      }),
    );
  });

  test('work always goes on: admission is never closed for longer than the stall allows while nothing runs', () => {
    fc.assert(
      fc.property(bounds, fc.array(pressures, { minLength: 20, maxLength: 80 }), (limit, values) => {
        let state = initialScalerState(limit.max);
        let pausedIdleMs = 0;
        for (const [index, pressure] of values.entries()) {
          state = decide(state, signal(pressure, { nowMs: index * 250, busy: 0 }), limit).state;
          pausedIdleMs = state.admission.kind === 'paused' ? pausedIdleMs + 250 : 0;
          expect(pausedIdleMs).toBeLessThanOrEqual(limit.stalledPauseMs + 250);
        }
      }),
    );
  });

  test('with the same number as minimum and maximum only the trickle touches it', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 32 }), (raw, fixed) => {
        let nowMs = 0;
        const signals = raw.map(({ sinceMs, ...rest }) => ({ ...rest, nowMs: (nowMs += sinceMs) }));
        for (const { state } of play(initialScalerState(fixed), signals, limits(fixed, fixed))) {
          expect(state.target).toBe(state.admission.kind === 'trickle' ? 1 : fixed);
        }
      }),
    );
  });
});
