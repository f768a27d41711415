import { describe, expect, test } from 'vitest';
import type { MemorySample, ScaleEvent } from '../../../src/shared/events.js';
import { AutoScaler, type Dial } from '../../../src/scaling/scaler.js';
import { policyFromDefaults } from './default-policy.js';
import { WorkerPool } from '../../../src/scaling/worker-pool.js';
import type { WorkerRange } from '../../../src/scaling/auto-scaler.js';

class Dials {
  readonly positions = new Map<string, number>();

  dial(name: string, min: number, max: number): Dial {
    return {
      name,
      min,
      max,
      get: () => this.positions.get(name) ?? 0,
      set: (workers) => void this.positions.set(name, workers),
    };
  }
}

function wire(range: WorkerRange, dials: Dial[] = []) {
  let tell: (sample: MemorySample) => void = () => undefined;
  let subscribers = 0;
  const events: ScaleEvent[] = [];
  const gate: string[] = [];
  const load = { backlog: 10, busy: range.initial };
  const scaler = new AutoScaler({
    monitor: {
      subscribe: (listener) => {
        subscribers++;
        tell = listener;
        return () => void subscribers--;
      },
    },
    range,
    policy: policyFromDefaults(false),
    dials,
    backlog: () => load.backlog,
    busy: () => load.busy,
    pauseAdmission: () => gate.push('pause'),
    resumeAdmission: () => gate.push('resume'),
    onDecision: (event) => events.push(event),
  });
  const feel = (atMs: number, pressure: number): void =>
    tell({ atMs, rssBytes: pressure * 1_000, limitBytes: 1_000, pressureShort: pressure, pressureLong: pressure });
  return { scaler, feel, events, gate, load, subscribers: () => subscribers };
}

const RANGE: WorkerRange = { initial: 4, min: 1, max: 8, reason: 'four stalls are open' };

describe('the auto-scaler in action', () => {
  test('sets every dial to the initial number, each within its own bounds', () => {
    const dials = new Dials();
    const { scaler } = wire(RANGE, [dials.dial('queue', 1, 8), dials.dial('threads', 1, 3)]);
    scaler.start();
    expect([...dials.positions]).toEqual([
      ['queue', 4],
      ['threads', 3],
    ]);
  });

  test('turns the dials and tells the decision with the sample that caused it', () => {
    const dials = new Dials();
    const { scaler, feel, events } = wire(RANGE, [dials.dial('queue', 1, 8)]);
    scaler.start();
    feel(250, 0.92);
    expect(dials.positions.get('queue')).toBe(2);
    expect(events).toEqual([
      {
        atMs: 250,
        rssBytes: 920,
        limitBytes: 1_000,
        pressureShort: 0.92,
        pressureLong: 0.92,
        from: 4,
        to: 2,
        backlog: 10,
        decision: 'down',
        reason: 'memory pressure 92 % is above 90 %: half less',
      },
    ]);
    feel(3_000, 0.6);
    expect(events, 'no decision, no event').toHaveLength(1);
  });

  test('goes down under pressure and up again when it is gone', () => {
    const { scaler, feel, load } = wire(RANGE);
    scaler.start();
    for (let atMs = 0; atMs < 5_000; atMs += 250) feel(atMs, 0.92);
    expect(scaler.workers).toEqual({ target: 1, lowest: 1, highest: 4 });
    for (let atMs = 5_000; atMs < 30_000; atMs += 250) {
      load.busy = scaler.workers.target;
      feel(atMs, 0.3);
    }
    expect(scaler.workers).toEqual({ target: 8, lowest: 1, highest: 8 });
  });

  test('opens and closes admission', () => {
    const { scaler, feel, gate, events } = wire({ ...RANGE, initial: 1, max: 1 });
    scaler.start();
    feel(0, 0.96);
    feel(250, 0.97);
    feel(500, 0.5);
    expect(gate).toEqual(['pause', 'resume']);
    expect(events.map(({ decision }) => decision)).toEqual(['pause', 'resume']);
  });

  test('leaves nobody waiting when it is stopped in a pause', () => {
    const { scaler, feel, gate, subscribers } = wire(RANGE);
    scaler.start();
    scaler.start();
    expect(subscribers()).toBe(1);
    feel(0, 0.99);
    scaler.stop();
    expect(gate).toEqual(['pause', 'resume']);
    expect(subscribers()).toBe(0);
    scaler.stop();
    expect(gate).toHaveLength(2);
  });

  test('a run under hopeless pressure still ends, one task at a time', async () => {
    let running = 0;
    let most = 0;
    const served: string[] = [];
    const pool = new WorkerPool<string, void>({
      execute: async (fruit) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        served.push(fruit);
        running--;
      },
      min: 1,
      max: 8,
      concurrency: 1,
      queueLimit: 10,
    });
    let tell: (sample: MemorySample) => void = () => undefined;
    const scaler = new AutoScaler({
      monitor: { subscribe: (listener) => ((tell = listener), () => undefined) },
      range: RANGE,
      policy: policyFromDefaults(false),
      dials: [
        { name: 'queue', min: 1, max: 8, get: () => pool.concurrency, set: (workers) => (pool.concurrency = workers) },
      ],
      backlog: () => pool.backlog,
      busy: () => pool.busy,
      pauseAdmission: () => pool.pause(),
      resumeAdmission: () => pool.resume(),
      onDecision: () => undefined,
    });
    scaler.start();
    const hopeless = (atMs: number): void =>
      tell({ atMs, rssBytes: 2_000, limitBytes: 1_000, pressureShort: 2, pressureLong: 2 });
    hopeless(0);
    const all = pool.executeAll(['apple', 'pear', 'plum', 'fig']);
    for (let atMs = 250; atMs < 5_000; atMs += 250) hopeless(atMs);
    await all;
    expect(served).toEqual(['apple', 'pear', 'plum', 'fig']);
    expect(most).toBe(1);
  });
});
