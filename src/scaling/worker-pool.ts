import PQueue from 'p-queue';
import { errors } from '../shared/errors.js';
import { abortion } from './abortion.js';
import { PoolClock, type PoolTimes } from './pool-times.js';

/** What a running task may use. */
export interface TaskContext {
  /** Aborted when the caller gives up or the pool's grace is over; a long task should look. */
  readonly signal: AbortSignal;
  /** Waits for what comes after this stage; booked as output wait, not as work. */
  waitForOutput<Value>(downstream: Promise<Value>): Promise<Value>;
}

/** How the pool works: the work itself, and its bounds. */
export interface WorkerPoolOptions<Task, Result> {
  readonly execute: (task: Task, context: TaskContext) => Promise<Result>;
  readonly min: number;
  readonly max: number;
  readonly concurrency: number;
  /** Tasks that may wait in the queue, at least 1; `execute` waits while it is full. */
  readonly queueLimit: number;
  readonly now?: () => number;
}

/** How one task is run. A higher priority starts earlier. */
export interface ExecuteOptions {
  readonly signal?: AbortSignal;
  readonly priority?: number;
}

/** Counts and times of a pool so far. */
export interface PoolStats extends PoolTimes {
  readonly concurrency: number;
  readonly running: number;
  readonly queued: number;
  readonly completed: number;
  readonly failed: number;
}

/** A step of `executeWithProgress`; `started` grows while the source still yields. */
export interface PoolProgress<Task, Result> {
  readonly task: Task;
  readonly outcome: PromiseSettledResult<Result>;
  readonly started: number;
  readonly completed: number;
  readonly failed: number;
}

/** Runs tasks with a concurrency that can be turned while it works. A failed task fails alone. */
export class WorkerPool<Task, Result> {
  private readonly queue: PQueue;
  private readonly clock: PoolClock;
  /** Each queued and each running task has one, so that no long-lived signal collects listeners. */
  private readonly waiting = new Set<AbortController>();
  private readonly working = new Set<AbortController>();
  private closed = false;
  private running = 0;
  private blocked = 0;
  private completed = 0;
  private failed = 0;

  constructor(private readonly options: WorkerPoolOptions<Task, Result>) {
    this.queue = new PQueue({ concurrency: this.clamp(options.concurrency) });
    this.clock = new PoolClock(options.now ?? (() => performance.now()));
  }

  /** Tasks that may run at once; setting it clamps to min..max. Running tasks are never cut off by a lower number. */
  get concurrency(): number {
    return this.queue.concurrency;
  }

  set concurrency(value: number) {
    this.book();
    this.queue.concurrency = this.clamp(value);
  }

  /** Tasks that wait for a slot. */
  get backlog(): number {
    return this.queue.size;
  }

  /** Tasks that are being worked on. */
  get busy(): number {
    return this.running;
  }

  /** Stops the start of tasks; what runs goes on, and `execute` still queues up to the limit. */
  pause(): void {
    this.book();
    this.queue.pause();
  }

  resume(): void {
    this.book();
    this.queue.start();
  }

  /**
   * Queues one task: resolves when it is in the queue, of many waiting callers one for each place. The result comes
   * wrapped, so that nobody waits for it; whoever takes it must see to its rejection.
   */
  async admit(task: Task, options: ExecuteOptions = {}): Promise<{ readonly result: Promise<Result> }> {
    // Asked again after each wait: everybody wakes when there is room, and the first takes it in the same synchronous step.
    while (!this.hasRoom()) await this.whenRoom(options.signal);
    this.assertOpen();
    options.signal?.throwIfAborted();
    return { result: this.enqueue(task, options) };
  }

  /** Runs one task: waits for room in the queue, then for a slot. Rejects with the task's own error. */
  async execute(task: Task, options: ExecuteOptions = {}): Promise<Result> {
    const { result } = await this.admit(task, options);
    return result;
  }

  /** Runs all tasks and settles when all have; results in the order of the tasks. */
  async executeAll(tasks: readonly Task[], options: ExecuteOptions = {}): Promise<PromiseSettledResult<Result>[]> {
    const running: Promise<Result>[] = [];
    for (const task of tasks) {
      // One producer asks for room at a time: thousands of waiters would each wake at every step of the queue.
      const admission = await settled(this.admit(task, options));
      const result =
        admission.status === 'fulfilled' ? admission.value.result : Promise.reject<Result>(admission.reason);
      result.catch(() => undefined);
      running.push(result);
    }
    return Promise.allSettled(running);
  }

  /**
   * Runs tasks as a source yields them, reading no further than the queue has room, and reports each end. Nothing is kept,
   * so that endless sources are fine. An error of the source, or of `onProgress`, is thrown after the running tasks ended.
   */
  async executeWithProgress(
    tasks: Iterable<Task> | AsyncIterable<Task>,
    onProgress: (progress: PoolProgress<Task, Result>) => void,
    options: ExecuteOptions = {},
  ): Promise<{ readonly completed: number; readonly failed: number }> {
    const counts = { started: 0, completed: 0, failed: 0 };
    const open = new Set<Promise<void>>();
    let broken: { readonly error: unknown } | undefined;
    const report = async (task: Task, result: Promise<Result>): Promise<void> => {
      const outcome = await settled(result);
      counts[outcome.status === 'fulfilled' ? 'completed' : 'failed']++;
      onProgress({ task, outcome, ...counts });
    };
    try {
      for await (const task of tasks) {
        const { result } = await this.admit(task, options);
        counts.started++;
        const reported: Promise<void> = report(task, result)
          .catch((error: unknown) => void (broken ??= { error }))
          .finally(() => open.delete(reported));
        open.add(reported);
        if (broken) break;
      }
    } catch (error) {
      broken ??= { error };
    }
    await Promise.all(open);
    if (broken) throw broken.error;
    return { completed: counts.completed, failed: counts.failed };
  }

  stats(): PoolStats {
    // While nothing runs nobody knows whether more will come: that time is booked when it does.
    if (this.running > 0) this.book();
    return {
      concurrency: this.concurrency,
      running: this.running,
      queued: this.queue.size,
      completed: this.completed,
      failed: this.failed,
      ...this.clock.times,
    };
  }

  /** Resolves when nothing is queued and nothing runs. A paused pool with a queue does not drain. */
  async drain(): Promise<void> {
    await this.queue.onIdle();
  }

  /**
   * Refuses new tasks, rejects the queued ones, and waits for the running ones: forever, or `graceMs`, after which their
   * signal is aborted and they are no longer waited for.
   */
  async shutdown(options: { readonly graceMs?: number } = {}): Promise<void> {
    this.closed = true;
    for (const task of this.waiting) task.abort(errors.poolClosed());
    const drained = this.queue.onPendingZero();
    if (options.graceMs === undefined) return drained;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, options.graceMs)));
    await Promise.race([drained, late]);
    clearTimeout(timer);
    for (const task of this.working) task.abort(errors.poolClosed());
  }

  private hasRoom(): boolean {
    return this.queue.size < this.options.queueLimit;
  }

  private assertOpen(): void {
    if (this.closed) throw errors.poolClosed();
  }

  /** Resolves when there may be room; it is not reserved. */
  private async whenRoom(signal: AbortSignal | undefined): Promise<void> {
    this.assertOpen();
    signal?.throwIfAborted();
    const given = signal && abortion(signal);
    try {
      await Promise.race([this.queue.onSizeLessThan(this.options.queueLimit), ...(given ? [given.promise] : [])]);
    } finally {
      given?.release();
    }
  }

  private async enqueue(task: Task, options: ExecuteOptions): Promise<Result> {
    // p-queue frees the slot of a running task on abort although it still runs: its signal must end with the waiting.
    const waiting = new AbortController();
    const working = new AbortController();
    const giveUp = (): void => {
      const controller = this.waiting.has(waiting) ? waiting : working;
      controller.abort(options.signal?.reason);
    };
    const run = async (): Promise<Result> => {
      this.waiting.delete(waiting);
      this.working.add(working);
      return this.run(task, working.signal);
    };
    this.waiting.add(waiting);
    options.signal?.addEventListener('abort', giveUp, { once: true });
    try {
      return await this.queue.add(run, { signal: waiting.signal, priority: options.priority ?? 0 });
    } finally {
      this.waiting.delete(waiting);
      this.working.delete(working);
      options.signal?.removeEventListener('abort', giveUp);
    }
  }

  private async run(task: Task, signal: AbortSignal): Promise<Result> {
    this.book();
    this.running++;
    try {
      const result = await this.options.execute(task, { signal, waitForOutput: (next) => this.waitForOutput(next) });
      this.completed++;
      return result;
    } catch (error) {
      this.failed++;
      throw error;
    } finally {
      this.book();
      this.running--;
    }
  }

  private async waitForOutput<Value>(downstream: Promise<Value>): Promise<Value> {
    this.book();
    this.blocked++;
    try {
      return await downstream;
    } finally {
      this.book();
      this.blocked--;
    }
  }

  private book(): void {
    // A slot that is kept idle by a pause does not wait for input.
    const slots = this.queue.isPaused ? this.running : this.concurrency;
    this.clock.change(slots, this.running, this.blocked);
  }

  private clamp(value: number): number {
    return Math.max(1, this.options.min, Math.min(this.options.max, Math.floor(value)));
  }
}

async function settled<Value>(promise: Promise<Value>): Promise<PromiseSettledResult<Value>> {
  const [outcome] = await Promise.allSettled([promise]);
  return outcome;
}
