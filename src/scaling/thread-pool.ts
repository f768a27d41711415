import type { Transferable } from 'node:worker_threads';
import { errors } from '../shared/errors.js';
import type { ThreadLostError } from './thread-lost-error.js';
import { monotonicNs } from './thread-progress.js';
import { Thread, type ThreadOptions } from './thread.js';

/** How a pool starts, watches and recycles its threads. */
export interface ThreadPoolOptions extends ThreadOptions {
  /** Threads that may live at the same time. */
  readonly size: number;
  /** A thread whose own memory grew beyond this since it was ready is ended after its task. */
  readonly recycleAboveBytes: number;
  /** Whether memory is so short that a thread is better replaced after its task, whatever it holds. */
  readonly isMemoryShort?: () => boolean;
  /** How long a thread may work on one item, or between two items of a task. */
  readonly deadlineMs: number;
  /** How long a thread may take until it is ready. */
  readonly bootDeadlineMs: number;
  /** Threads that may die at boot in a row before the pool gives up. */
  readonly bootFailuresAllowed: number;
  readonly onLost?: (loss: ThreadLostError) => void;
  readonly onRecycled?: (recycled: { readonly thread: number; readonly grownBytes: number }) => void;
}

/** Counts of a pool. `abandoned` threads hang in native code: only the end of the process (SIGKILL) stops them. */
export interface ThreadPoolCounts {
  readonly live: number;
  readonly busy: number;
  readonly started: number;
  readonly recycled: number;
  readonly lost: number;
  readonly abandoned: number;
}

interface Waiter {
  readonly resolve: (thread: Thread) => void;
  readonly reject: (error: unknown) => void;
}

/** Runs tasks on threads that are started when needed, one task per thread at a time. */
export class ThreadPool<Task, Result> {
  /** Every thread that is not gone; the idle ones also wait in `idle`, the youngest memory last. */
  private readonly threads = new Set<Thread>();
  private idle: Thread[] = [];
  private readonly waiters: Waiter[] = [];
  private readonly abandoned = new Set<Thread>();
  private readonly done = { items: 0, bytes: 0 };
  private readonly events = {
    onReady: (thread: Thread) => {
      this.bootFailures = 0;
      this.release(thread);
    },
    onGone: (thread: Thread, loss: ThreadLostError | undefined, neverReady: boolean) =>
      this.forget(thread, loss, neverReady),
  };
  private size: number;
  private bootFailures = 0;
  /** Why no task is taken any more: threads that cannot start, or the end of the pool. */
  private refusal: Error | undefined;
  private watchdog: NodeJS.Timeout | undefined;
  private started = 0;
  private recycled = 0;
  private lost = 0;

  constructor(private readonly options: ThreadPoolOptions) {
    this.size = Math.max(1, Math.floor(options.size));
  }

  get counts(): ThreadPoolCounts {
    return {
      live: this.threads.size,
      busy: this.count((thread) => thread.isBusy),
      started: this.started,
      recycled: this.recycled,
      lost: this.lost,
      abandoned: [...this.abandoned].filter((thread) => thread.isAbandoned).length,
    };
  }

  /** Items and bytes of finished tasks and of those in work, read without a message. A lost or failed task takes its own back. */
  get progress(): { readonly itemsDone: number; readonly bytesDone: number } {
    let { items, bytes } = this.done;
    for (const thread of this.threads) {
      if (!thread.isBusy) continue;
      const { itemsDone, bytesDone } = thread.progress;
      items += itemsDone;
      bytes += bytesDone;
    }
    return { itemsDone: items, bytesDone: bytes };
  }

  /** Sets how many threads may live. Idle ones above it end now, busy ones after their task. */
  resize(size: number): void {
    this.size = Math.max(1, Math.floor(size));
    while (this.placesTaken() > this.size && this.idle.length > 0) this.idle.shift()!.end();
    this.grow();
  }

  /** Ends the idle threads, so that the next task finds nothing that an earlier one has left behind. */
  renew(): void {
    for (const thread of this.idle.splice(0)) thread.end();
  }

  /** Runs a task on an idle thread, on a new one, or on the next that becomes idle. */
  async run(task: Task, options: { readonly transferList?: readonly Transferable[] } = {}): Promise<Result> {
    const thread = this.takeIdle() ?? (await this.nextThread());
    try {
      const result = await thread.run(task, options.transferList ?? []);
      this.done.items += thread.progress.itemsDone;
      this.done.bytes += thread.progress.bytesDone;
      return result as Result;
    } finally {
      this.release(thread);
    }
  }

  /** Starts threads before there is work for them: a boot takes as long as a few hundred files. */
  warmUp(): void {
    for (let started = 0; started < this.size; started++) {
      this.nextThread().then(
        (thread) => this.release(thread),
        () => undefined,
      );
    }
  }

  /**
   * Refuses new tasks and ends the threads: idle ones in order, busy ones with their task, at the latest after `graceMs`
   * (default 0: at once) or when the signal aborts. Never waits for a thread that cannot be stopped.
   */
  async close(options: { readonly graceMs?: number; readonly signal?: AbortSignal } = {}): Promise<void> {
    this.refuse(errors.poolClosed());
    for (const thread of this.idle.splice(0)) thread.end();
    const kill = (): void => {
      for (const thread of this.threads) if (!thread.isEnding) thread.kill('closed', 'pool closed');
    };
    const graceMs = options.graceMs ?? 0;
    if (graceMs <= 0 || options.signal?.aborted) kill();
    const timer = setTimeout(kill, graceMs);
    options.signal?.addEventListener('abort', kill, { once: true });
    await Promise.all([...this.threads].map((thread) => thread.gone));
    options.signal?.removeEventListener('abort', kill);
    clearTimeout(timer);
  }

  private takeIdle(): Thread | undefined {
    if (this.refusal) throw this.refusal;
    const thread = this.idle.pop();
    if (thread) this.watch();
    return thread;
  }

  private nextThread(): Promise<Thread> {
    return new Promise((resolve, reject) => {
      this.waiters.push({ resolve, reject });
      this.grow();
    });
  }

  /** Starts threads for those who wait, as far as there are places. */
  private grow(): void {
    const wanted = (): boolean =>
      !this.refusal &&
      this.waiters.length > this.count((thread) => thread.isBooting && !thread.isEnding) &&
      // The memory of a thread is free when it is gone, not when it is told to go.
      (this.options.isMemoryShort?.() === true ? this.threads.size : this.placesTaken()) < this.size;
    while (wanted()) {
      try {
        this.threads.add(new Thread(++this.started, this.options, this.events));
      } catch (error) {
        this.refuse(errors.threadsCannotStart(1, (error as Error).message));
      }
    }
    this.watch();
  }

  /** A thread is free: it is ended when it is too many, too fat or too late, else given to who waits longest. */
  private release(thread: Thread): void {
    if (!thread.isIdle) return;
    if (thread.grownBytes > this.options.recycleAboveBytes || this.isWorthReplacing(thread)) {
      this.recycled++;
      thread.end();
      this.options.onRecycled?.({ thread: thread.id, grownBytes: thread.grownBytes });
      this.grow();
    } else if (this.refusal || this.placesTaken() > this.size) {
      thread.end();
    } else {
      const waiter = this.waiters.shift();
      if (waiter) waiter.resolve(thread);
      else this.idle.push(thread);
    }
  }

  /** A new thread holds nothing that an old one has gathered, in heaps and in native memory that nobody counts. */
  private isWorthReplacing(thread: Thread): boolean {
    return thread.hasWorked && this.options.isMemoryShort?.() === true;
  }

  private forget(thread: Thread, loss: ThreadLostError | undefined, neverReady: boolean): void {
    this.threads.delete(thread);
    this.idle = this.idle.filter((other) => other !== thread);
    if (thread.isAbandoned) this.abandoned.add(thread);
    if (loss && loss.reason !== 'closed') {
      this.lost++;
      this.options.onLost?.(loss);
      if (neverReady && ++this.bootFailures >= this.options.bootFailuresAllowed) this.stopGrowing(loss);
    }
    this.grow();
  }

  /** No more threads can be had: the pool goes on with those that live, or gives up when there are none. */
  private stopGrowing(loss: ThreadLostError): void {
    const living = this.count((thread) => !thread.isBooting && !thread.isEnding);
    if (living > 0) this.size = living;
    else this.refuse(errors.threadsCannotStart(this.bootFailures, loss.detail));
  }

  private refuse(reason: Error): void {
    this.refusal ??= reason;
    for (const waiter of this.waiters.splice(0)) waiter.reject(this.refusal);
  }

  /** Threads that hold a place: all but those on their way out. */
  private placesTaken(): number {
    return this.count((thread) => !thread.isEnding);
  }

  private count(predicate: (thread: Thread) => boolean): number {
    let count = 0;
    for (const thread of this.threads) if (predicate(thread)) count++;
    return count;
  }

  /** One timer for the whole pool, and only while there is something that could hang. */
  private watch(): void {
    if (this.watchdog) return;
    const { deadlineMs, bootDeadlineMs } = this.options;
    const look = (): void => {
      const nowNs = monotonicNs();
      let watched = 0;
      for (const thread of this.threads) {
        if (!thread.isBusy && !thread.isBooting) continue;
        watched++;
        const limitMs = thread.isBooting ? bootDeadlineMs : deadlineMs;
        if (thread.isOverdue(nowNs, limitMs)) thread.kill('deadline', `${limitMs} ms`);
      }
      if (watched > 0) return;
      clearInterval(this.watchdog);
      this.watchdog = undefined;
    };
    this.watchdog = setInterval(look, Math.max(20, Math.min(1_000, deadlineMs / 4)));
    this.watchdog.unref();
  }
}
