import { Worker, type Transferable } from 'node:worker_threads';
import { ThreadLostError, type LossReason } from './thread-lost-error.js';
import { unpackError, type FromThread, type ThreadBirth, type ToThread } from './thread-messages.js';
import { createProgressMemory, isOverdue, ProgressSlots, type ThreadProgress } from './thread-progress.js';

/** How a thread is started and ended. */
export interface ThreadOptions {
  /** Module that calls `hostThread`. */
  readonly entry: URL;
  /** Value given to the entry's handler; must survive structured clone. */
  readonly init: unknown;
  /** Limit of V8's old generation inside the thread, in MiB. */
  readonly maxHeapMb?: number;
  /** Limit of V8's young generation inside the thread, in MiB. */
  readonly maxYoungMb?: number;
  readonly execArgv?: readonly string[];
  /** How long a thread may take to end by itself, and then to be terminated, before it is given up; in milliseconds. */
  readonly terminateGraceMs: number;
}

/** The pool's ears: called synchronously, before the promise of the task settles. */
export interface ThreadEvents {
  onReady(thread: Thread): void;
  onGone(thread: Thread, loss: ThreadLostError | undefined, neverReady: boolean): void;
}

interface Job {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The life of a thread; each state carries only its own data. An abandoned thread hangs where nobody can stop it. */
type Life =
  | { readonly kind: 'booting' }
  | { readonly kind: 'idle' }
  | { readonly kind: 'busy'; readonly job: Job }
  | { readonly kind: 'ending' }
  | { readonly kind: 'gone'; readonly abandoned: boolean };

interface Cause {
  readonly reason: LossReason;
  readonly detail: string;
  readonly error?: unknown;
}

const STDERR_TAIL_CHARS = 2_000;

/** The outside of one thread: starts it, gives it one task at a time, and knows how it died. */
export class Thread {
  /** Resolves when the thread is gone, or given up. */
  readonly gone: Promise<void>;
  private settleGone: () => void = () => undefined;
  private life: Life = { kind: 'booting' };
  private readonly worker: Worker;
  private readonly slots: ProgressSlots;
  private cause: Cause | undefined;
  /** Progress at the moment we decided to stop the thread: a later reading could blame the next item. */
  private condemned: ThreadProgress | undefined;
  private baselineBytes = 0;
  private tasks = 0;
  private memoryBytes = 0;
  private stderrTail = '';

  constructor(
    readonly id: number,
    private readonly options: ThreadOptions,
    private readonly events: ThreadEvents,
  ) {
    const memory = createProgressMemory();
    this.slots = new ProgressSlots(memory);
    this.slots.startTask();
    const birth: ThreadBirth = { progress: memory, init: options.init };
    this.gone = new Promise((resolve) => (this.settleGone = resolve));
    this.worker = new Worker(options.entry, {
      workerData: birth,
      name: `mind-index-${id}`,
      // Whatever a library prints inside must not reach our stdout, which is data.
      stdout: true,
      stderr: true,
      resourceLimits: {
        ...(options.maxHeapMb !== undefined && { maxOldGenerationSizeMb: options.maxHeapMb }),
        ...(options.maxYoungMb !== undefined && { maxYoungGenerationSizeMb: options.maxYoungMb }),
      },
      ...(options.execArgv && { execArgv: [...options.execArgv] }),
    });
    this.listen();
  }

  get isIdle(): boolean {
    return this.life.kind === 'idle' && !this.condemned;
  }

  get isBusy(): boolean {
    return this.life.kind === 'busy';
  }

  get isBooting(): boolean {
    return this.life.kind === 'booting';
  }

  /** True from the order to end until it is gone: it takes no more tasks and no place in the pool. */
  get isEnding(): boolean {
    return this.life.kind === 'ending' || this.condemned !== undefined;
  }

  /** True while a thread lives on that was told to stop: native code cannot be interrupted. */
  get isAbandoned(): boolean {
    return this.life.kind === 'gone' && this.life.abandoned;
  }

  /** Counts of the task in work, or of the last one. */
  get progress(): ThreadProgress {
    return this.slots.read();
  }

  /** True from its first task on. */
  get hasWorked(): boolean {
    return this.tasks > 0;
  }

  /** Growth of the thread's own memory since it was ready, in bytes, as of its last task. */
  get grownBytes(): number {
    return this.memoryBytes - this.baselineBytes;
  }

  /** True when boot, item, or the time between two items lasts longer than `deadlineMs`. */
  isOverdue(nowNs: bigint, deadlineMs: number): boolean {
    return isOverdue(this.slots.read(), nowNs, deadlineMs);
  }

  /** Gives the idle thread a task. Rejects with the task's error, or with `ThreadLostError` when the thread dies of it. */
  run(task: unknown, transfer: readonly Transferable[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const message: ToThread = { type: 'task', task };
      this.slots.startTask();
      try {
        this.worker.postMessage(message, [...transfer]);
      } catch (error) {
        this.slots.endTask();
        reject(error as Error);
        return;
      }
      this.tasks++;
      this.life = { kind: 'busy', job: { resolve, reject } };
      this.worker.ref();
    });
  }

  /** Lets the idle thread close what it opened; kills it when that takes too long. */
  end(): void {
    this.life = { kind: 'ending' };
    this.worker.ref();
    this.orderEnd();
    this.after(this.options.terminateGraceMs, () => this.kill('closed', 'did not end in time'));
  }

  /**
   * Tells the thread to end now, whatever it does. One that does not in time is terminated, or abandoned where it is in
   * native code: that cannot be interrupted, and would abort the process on its way back into a terminated thread.
   */
  kill(reason: LossReason, detail: string): void {
    if (this.life.kind === 'gone' || this.condemned) return;
    this.cause ??= { reason, detail };
    this.condemned = this.slots.read();
    this.slots.cancel();
    this.worker.ref();
    this.orderEnd();
    this.after(this.options.terminateGraceMs, () => {
      if (this.slots.isInNativeCode) return this.leave(detail, true);
      void this.worker.terminate();
      this.after(this.options.terminateGraceMs, () => this.leave(detail, true));
    });
  }

  private orderEnd(): void {
    const message: ToThread = { type: 'end' };
    this.worker.postMessage(message);
  }

  private listen(): void {
    this.worker.stdout.resume();
    this.worker.stderr.on('data', (chunk: Buffer) => {
      this.stderrTail = (this.stderrTail + chunk.toString()).slice(-STDERR_TAIL_CHARS);
    });
    this.worker.on('message', (message: FromThread) => this.receive(message));
    this.worker.on('messageerror', (error) => this.kill('error', error.message));
    this.worker.on('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'out-of-memory' : 'error';
      this.cause ??= { reason, detail: error?.message ?? String(error), error };
    });
    this.worker.once('exit', (code) => this.leave(`exit code ${code}`, false));
  }

  private receive(message: FromThread): void {
    const { heapBytes, externalBytes, nativeBytes } = message.memory;
    this.memoryBytes = heapBytes + externalBytes + nativeBytes;
    if (message.type === 'ready') {
      if (this.life.kind !== 'booting' || this.condemned) return;
      this.baselineBytes = this.memoryBytes;
      this.slots.endTask();
      this.rest();
      this.events.onReady(this);
      return;
    }
    if (this.life.kind !== 'busy') return;
    const { job } = this.life;
    this.rest();
    if (message.type === 'result') job.resolve(message.result);
    else job.reject(unpackError(message.error));
  }

  /** An idle thread does not keep the process alive. */
  private rest(): void {
    this.life = { kind: 'idle' };
    this.worker.unref();
  }

  private leave(detail: string, abandoned: boolean): void {
    const before = this.life;
    this.life = { kind: 'gone', abandoned };
    if (before.kind === 'gone') return;
    this.worker.unref();
    const loss = before.kind === 'ending' ? undefined : this.describeLoss(detail);
    this.events.onGone(this, loss, before.kind === 'booting');
    if (before.kind === 'busy' && loss) before.job.reject(loss);
    this.settleGone();
  }

  private describeLoss(detail: string): ThreadLostError {
    const cause: Cause = this.cause ?? { reason: 'exit', detail };
    const stderr = this.stderrTail.trim();
    const words = stderr && cause.reason !== 'deadline' ? `${cause.detail}: ${stderr}` : cause.detail;
    return new ThreadLostError(this.id, cause.reason, words, this.condemned ?? this.slots.read(), cause.error);
  }

  /** A timer that is gone when the thread is. */
  private after(delayMs: number, action: () => void): void {
    const timer = setTimeout(action, delayMs);
    void this.gone.then(() => clearTimeout(timer));
  }
}
