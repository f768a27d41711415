import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WorkerPool, type TaskContext, type WorkerPoolOptions } from '../../../src/scaling/worker-pool.js';

/** A stall whose customers are served one by one when the test says so. */
class Stall {
  readonly served: string[] = [];
  readonly contexts = new Map<string, TaskContext>();
  private readonly open = new Map<string, { resolve: (value: string) => void; reject: (error: Error) => void }>();
  readonly pool: WorkerPool<string, string>;

  constructor(options: Partial<WorkerPoolOptions<string, string>> = {}) {
    this.pool = new WorkerPool<string, string>({
      execute: (fruit, context) => {
        this.served.push(fruit);
        this.contexts.set(fruit, context);
        return new Promise((resolve, reject) => this.open.set(fruit, { resolve, reject }));
      },
      min: 1,
      max: 8,
      concurrency: 2,
      queueLimit: 100,
      ...options,
    });
  }

  sell(fruit: string): void {
    this.open.get(fruit)!.resolve(`${fruit} sold`);
    this.open.delete(fruit);
  }

  spoil(fruit: string): void {
    this.open.get(fruit)!.reject(new Error(`${fruit} spoiled`));
    this.open.delete(fruit);
  }
}

/** Lets everything happen that needs no time to pass. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

const FRUITS = ['apple', 'pear', 'plum', 'fig', 'kiwi'];

describe('concurrency', () => {
  test('no more tasks run than it says, the others wait', async () => {
    const { pool, served } = new Stall();
    const all = FRUITS.map((fruit) => pool.execute(fruit));
    await settle();
    expect(served).toEqual(['apple', 'pear']);
    expect(pool.stats()).toMatchObject({ running: 2, queued: 3 });
    expect(all).toHaveLength(5);
  });

  test('turned up, waiting tasks start at once; turned down, running ones are not cut off', async () => {
    const stall = new Stall();
    for (const fruit of FRUITS) void stall.pool.execute(fruit);
    stall.pool.concurrency = 4;
    await settle();
    expect(stall.served).toHaveLength(4);
    stall.pool.concurrency = 1;
    stall.sell('apple');
    await settle();
    expect(stall.served).toHaveLength(4);
    expect(stall.pool.busy).toBe(3);
  });

  test('it is clamped to its bounds and to whole numbers', () => {
    const { pool } = new Stall({ min: 2, max: 6 });
    const set = (value: number): number => ((pool.concurrency = value), pool.concurrency);
    expect([set(0), set(-3), set(3.9), set(100)]).toEqual([2, 2, 3, 6]);
  });

  test('higher priorities start earlier', async () => {
    const stall = new Stall({ concurrency: 1 });
    void stall.pool.execute('apple');
    void stall.pool.execute('pear', { priority: 1 });
    void stall.pool.execute('plum', { priority: 5 });
    for (const fruit of ['apple', 'plum', 'pear']) {
      await settle();
      stall.sell(fruit);
    }
    expect(stall.served).toEqual(['apple', 'plum', 'pear']);
  });

  test('for every order of ends, results belong to their tasks and the bound holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.boolean()), { maxLength: 30 }),
        async (concurrency, queueLimit, tasks) => {
          let running = 0;
          let most = 0;
          const pool = new WorkerPool<{ turns: number; ok: boolean; index: number }, number>({
            execute: async ({ turns, ok, index }) => {
              most = Math.max(most, ++running);
              for (let turn = 0; turn < turns; turn++) await Promise.resolve();
              running--;
              if (!ok) throw new Error(String(index));
              return index;
            },
            min: 1,
            max: 8,
            concurrency,
            queueLimit,
          });
          const outcomes = await pool.executeAll(tasks.map(([turns, ok], index) => ({ turns, ok, index })));
          for (const [index, outcome] of outcomes.entries()) {
            const mine = outcome.status === 'fulfilled' ? outcome.value : Number((outcome.reason as Error).message);
            expect(mine).toBe(index);
            expect(outcome.status === 'fulfilled').toBe(tasks[index]![1]);
          }
          expect(outcomes).toHaveLength(tasks.length);
          expect(most).toBeLessThanOrEqual(concurrency);
          const failed = tasks.filter(([, ok]) => !ok).length;
          expect(pool.stats()).toMatchObject({ completed: tasks.length - failed, failed, running: 0, queued: 0 });
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('backpressure', () => {
  test('the queue never holds more than its limit, even when many ask in the same moment', async () => {
    const stall = new Stall({ concurrency: 1, queueLimit: 2 });
    const all = FRUITS.map((fruit) => stall.pool.execute(fruit));
    for (const fruit of FRUITS) {
      await settle();
      expect(stall.pool.backlog).toBeLessThanOrEqual(2);
      stall.sell(fruit);
    }
    expect(await Promise.all(all)).toEqual(FRUITS.map((fruit) => `${fruit} sold`));
  });

  test('of those who wait for a place in the queue, each place that becomes free lets in one', async () => {
    const stall = new Stall({ concurrency: 1, queueLimit: 1 });
    let admitted = 0;
    const all = FRUITS.map(async (fruit) => {
      const { result } = await stall.pool.admit(fruit);
      admitted++;
      await result;
    });
    for (const [sold, fruit] of FRUITS.entries()) {
      await settle();
      expect(admitted).toBe(Math.min(FRUITS.length, sold + 2));
      stall.sell(fruit);
    }
    await Promise.all(all);
  });

  test('a source is read no further than there is room', async () => {
    const stall = new Stall({ concurrency: 1, queueLimit: 2 });
    let read = 0;
    function* harvest(): Generator<string> {
      for (const fruit of FRUITS) {
        read++;
        yield fruit;
      }
    }
    const done = stall.pool.executeWithProgress(harvest(), () => undefined);
    await settle();
    expect(read).toBe(4);
    for (const fruit of FRUITS) {
      stall.sell(fruit);
      await settle();
    }
    expect(await done).toEqual({ completed: 5, failed: 0 });
  });
});

describe('errors', () => {
  test('a failed task fails alone', async () => {
    const stall = new Stall();
    const all = Promise.allSettled(['apple', 'pear', 'plum'].map((fruit) => stall.pool.execute(fruit)));
    await settle();
    stall.spoil('apple');
    stall.sell('pear');
    await settle();
    stall.sell('plum');
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(stall.pool.stats()).toMatchObject({ completed: 2, failed: 1 });
  });

  test('a task that throws before its first wait fails alone too', async () => {
    const pool = new WorkerPool<string, string>({
      execute: () => {
        throw new Error('no such fruit');
      },
      min: 1,
      max: 1,
      concurrency: 1,
      queueLimit: 1,
    });
    await expect(pool.execute('apple')).rejects.toThrow('no such fruit');
    await expect(pool.execute('pear')).rejects.toThrow('no such fruit');
  });

  test('progress tells each end, and an error of the source comes out after the running tasks ended', async () => {
    const stall = new Stall();
    const ends: string[] = [];
    async function* harvest(): AsyncGenerator<string> {
      yield 'apple';
      yield 'pear';
      await Promise.resolve();
      throw new Error('the ladder broke');
    }
    const done = stall.pool.executeWithProgress(harvest(), ({ task, outcome, started, completed, failed }) => {
      ends.push(`${task} ${outcome.status} ${completed}+${failed}/${started}`);
    });
    const refused = expect(done).rejects.toThrow('the ladder broke');
    await settle();
    stall.spoil('pear');
    stall.sell('apple');
    await refused;
    expect(ends.sort()).toEqual(['apple fulfilled 1+1/2', 'pear rejected 0+1/2']);
  });

  test('an error of the progress listener stops the reading and comes out', async () => {
    const stall = new Stall({ concurrency: 1, queueLimit: 1 });
    const done = stall.pool.executeWithProgress(FRUITS, () => {
      throw new Error('no more paper');
    });
    const refused = expect(done).rejects.toThrow('no more paper');
    for (const fruit of ['apple', 'pear', 'plum']) {
      await settle();
      stall.sell(fruit);
    }
    await refused;
    expect(stall.served).not.toContain('kiwi');
  });
});

describe('giving up', () => {
  test('an abort takes a waiting task out of the queue', async () => {
    const stall = new Stall({ concurrency: 1 });
    const abort = new AbortController();
    void stall.pool.execute('apple');
    const waiting = stall.pool.execute('pear', { signal: abort.signal });
    await settle();
    abort.abort(new Error('changed my mind'));
    await expect(waiting).rejects.toThrow('changed my mind');
    stall.sell('apple');
    await stall.pool.drain();
    expect(stall.served).toEqual(['apple']);
  });

  test('an abort reaches a running task, whose slot stays taken until it has ended', async () => {
    const stall = new Stall({ concurrency: 1 });
    const abort = new AbortController();
    const running = stall.pool.execute('apple', { signal: abort.signal });
    void stall.pool.execute('pear');
    await settle();
    abort.abort();
    await settle();
    expect(stall.contexts.get('apple')!.signal.aborted).toBe(true);
    expect(stall.served).toEqual(['apple']);
    stall.sell('apple');
    expect(await running).toBe('apple sold');
    await settle();
    expect(stall.served).toEqual(['apple', 'pear']);
  });

  test('an abort ends the waiting for room', async () => {
    const stall = new Stall({ concurrency: 1, queueLimit: 1 });
    const abort = new AbortController();
    void stall.pool.execute('apple');
    void stall.pool.execute('pear');
    const late = stall.pool.execute('plum', { signal: abort.signal });
    await settle();
    abort.abort(new Error('changed my mind'));
    await expect(late).rejects.toThrow('changed my mind');
    await expect(stall.pool.execute('fig', { signal: abort.signal })).rejects.toThrow('changed my mind');
  });
});

describe('pause and end', () => {
  test('a paused pool starts nothing, and goes on where it was', async () => {
    const stall = new Stall({ concurrency: 1 });
    void stall.pool.execute('apple');
    void stall.pool.execute('pear');
    await settle();
    stall.pool.pause();
    stall.sell('apple');
    await settle();
    expect(stall.served).toEqual(['apple']);
    stall.pool.resume();
    await settle();
    expect(stall.served).toEqual(['apple', 'pear']);
  });

  test('draining waits for everything', async () => {
    const stall = new Stall();
    for (const fruit of FRUITS) void stall.pool.execute(fruit);
    let drained = false;
    const drain = stall.pool.drain().then(() => (drained = true));
    for (const fruit of FRUITS) {
      await settle();
      expect(drained).toBe(false);
      stall.sell(fruit);
    }
    await drain;
  });

  test('shutdown finishes what runs, rejects what waits, and refuses what comes', async () => {
    const stall = new Stall({ concurrency: 1, queueLimit: 1 });
    const running = stall.pool.execute('apple');
    const refused = Promise.allSettled(['pear', 'plum', 'fig'].map((fruit) => stall.pool.execute(fruit)));
    await settle();
    const shut = stall.pool.shutdown();
    await expect(stall.pool.execute('kiwi')).rejects.toMatchObject({ code: 'pool-closed' });
    expect(await refused).toMatchObject(Array(3).fill({ status: 'rejected', reason: { code: 'pool-closed' } }));
    stall.sell('apple');
    await shut;
    expect(await running).toBe('apple sold');
    expect(stall.served).toEqual(['apple']);
  });

  test('shutdown of a paused pool does not start what waits', async () => {
    const stall = new Stall();
    stall.pool.pause();
    const waiting = stall.pool.execute('apple');
    const refused = expect(waiting).rejects.toMatchObject({ code: 'pool-closed' });
    await settle();
    await stall.pool.shutdown();
    await refused;
    expect(stall.served).toEqual([]);
  });

  test('when the grace is over, running tasks are told to stop and no longer waited for', async () => {
    const stall = new Stall();
    void stall.pool.execute('apple');
    await settle();
    await stall.pool.shutdown({ graceMs: 0 });
    expect(stall.contexts.get('apple')!.signal.aborted).toBe(true);
  });
});

describe('times', () => {
  test('work, waiting for input and waiting for output are told apart, summed over the slots', async () => {
    let nowMs = 0;
    const stall = new Stall({ now: () => nowMs, concurrency: 2 });
    nowMs = 1_000;
    const apple = stall.pool.execute('apple');
    await settle();
    nowMs += 10;
    let write = (): void => undefined;
    const written = new Promise<void>((resolve) => (write = resolve));
    const wait = stall.contexts.get('apple')!.waitForOutput(written);
    nowMs += 5;
    write();
    await wait;
    nowMs += 1;
    expect(stall.pool.stats()).toMatchObject({ activeMs: 11, inputWaitMs: 16, outputWaitMs: 5 });
    stall.sell('apple');
    await apple;
    await settle();
    nowMs += 100;
    expect(stall.pool.stats(), 'the time after the last task is nobody’s').toMatchObject({ inputWaitMs: 16 });
  });

  test('a slot that a pause keeps idle does not wait for input', async () => {
    let nowMs = 0;
    const stall = new Stall({ now: () => nowMs, concurrency: 2 });
    void stall.pool.execute('apple');
    await settle();
    stall.pool.pause();
    nowMs += 50;
    expect(stall.pool.stats()).toMatchObject({ activeMs: 50, inputWaitMs: 0 });
  });
});
