import type { NativeCode } from '../shared/native-code.js';

/**
 * Progress of the task a thread works on, in memory that both sides see: the outside reads it while the thread is busy,
 * and after it died. Six 64-bit integers, written and read atomically. The last two are for ending it.
 */
const ITEMS_DONE = 0;
const BYTES_DONE = 1;
const CURRENT_ITEM = 2;
const STARTED_AT_NS = 3;
const CANCELLED = 4;
const IN_NATIVE_CODE = 5;
const SLOTS = 6;

/** One reading of the progress. */
export interface ThreadProgress {
  readonly itemsDone: number;
  readonly bytesDone: number;
  /** Index of the item in work, as the task numbers them; undefined between items. */
  readonly currentItem: number | undefined;
  /** When that item (or the time between two items) began, on the clock of `monotonicNs`; 0 while no task is in work. */
  readonly startedAtNs: bigint;
}

/** Written by the thread while it works through the items of its task. */
export interface ProgressWriter {
  /** An item is begun; if the thread dies now, this item is suspected. */
  begin(item: number): void;
  /** The begun item is finished; `bytes` are added to the progress. Both throw when the thread was told to end. */
  done(bytes: number): void;
}

/** Nanoseconds on the one clock that all threads of a process share and that never goes backwards. */
export function monotonicNs(): bigint {
  return process.hrtime.bigint();
}

/** Fresh shared memory for one thread. */
export function createProgressMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(SLOTS * BigInt64Array.BYTES_PER_ELEMENT);
}

/** The progress slots as both sides use them. */
export class ProgressSlots implements ProgressWriter, NativeCode {
  private readonly slots: BigInt64Array;

  constructor(memory: SharedArrayBuffer) {
    this.slots = new BigInt64Array(memory);
  }

  /** A task begins: counts are back at zero, the clock runs. */
  startTask(): void {
    this.put(ITEMS_DONE, 0n);
    this.put(BYTES_DONE, 0n);
    this.put(CURRENT_ITEM, -1n);
    this.put(STARTED_AT_NS, monotonicNs());
  }

  /** The task is over: the counts stay, the clock stops. */
  endTask(): void {
    this.put(CURRENT_ITEM, -1n);
    this.put(STARTED_AT_NS, 0n);
  }

  begin(item: number): void {
    this.throwIfCancelled();
    // The time first: read in between, the old item with the new time is never overdue.
    this.put(STARTED_AT_NS, monotonicNs());
    this.put(CURRENT_ITEM, BigInt(item));
  }

  done(bytes: number): void {
    this.throwIfCancelled();
    this.put(STARTED_AT_NS, monotonicNs());
    this.put(CURRENT_ITEM, -1n);
    Atomics.add(this.slots, ITEMS_DONE, 1n);
    Atomics.add(this.slots, BYTES_DONE, BigInt(bytes));
  }

  read(): ThreadProgress {
    const currentItem = Number(this.get(CURRENT_ITEM));
    return {
      itemsDone: Number(this.get(ITEMS_DONE)),
      bytesDone: Number(this.get(BYTES_DONE)),
      currentItem: currentItem < 0 ? undefined : currentItem,
      startedAtNs: this.get(STARTED_AT_NS),
    };
  }

  /** Tells the thread to end by itself: it takes the next chance to, between two items or in a callback of native code. */
  cancel(): void {
    this.put(CANCELLED, 1n);
  }

  get isCancelled(): boolean {
    return this.get(CANCELLED) !== 0n;
  }

  /** True while the thread is in native code. Once it was cancelled, it enters none any more. */
  get isInNativeCode(): boolean {
    return this.get(IN_NATIVE_CODE) !== 0n;
  }

  run<T>(call: () => T): T {
    this.put(IN_NATIVE_CODE, 1n);
    try {
      // Asked after the mark is set: who cancelled sees the mark, or this sees the cancellation.
      this.throwIfCancelled();
      return call();
    } finally {
      this.put(IN_NATIVE_CODE, 0n);
    }
  }

  private throwIfCancelled(): void {
    if (this.isCancelled) throw new Error('the thread was told to end');
  }

  private get(slot: number): bigint {
    return Atomics.load(this.slots, slot);
  }

  private put(slot: number, value: bigint): void {
    Atomics.store(this.slots, slot, value);
  }
}

/** True when the item in work, or the time between two items, has lasted longer than the deadline. */
export function isOverdue(progress: ThreadProgress, nowNs: bigint, deadlineMs: number): boolean {
  return progress.startedAtNs !== 0n && nowNs - progress.startedAtNs > BigInt(Math.ceil(deadlineMs * 1e6));
}
