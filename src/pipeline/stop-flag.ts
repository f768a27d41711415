/**
 * Tells all threads at once to end their batches after the current file and hand over what they have: on Ctrl-C, and
 * when memory is short and gathered segments should be flushed early.
 */
export class StopFlag {
  private readonly cell: Int32Array;

  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    this.cell = new Int32Array(memory);
  }

  get isRaised(): boolean {
    return Atomics.load(this.cell, 0) !== 0;
  }

  raise(): void {
    Atomics.store(this.cell, 0, 1);
  }

  lower(): void {
    Atomics.store(this.cell, 0, 0);
  }
}
