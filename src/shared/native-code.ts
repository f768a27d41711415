/**
 * Native code as a thread runs it that may be told to end. Where a thread is terminated in native code, Node-API makes an error
 * of the next call into JavaScript that nobody can catch, and the whole process aborts: so it is led out of it first.
 */
export interface NativeCode {
  /** True once the thread was told to end: callbacks of native code bring it to its end. */
  readonly isCancelled: boolean;
  /** Calls native code. Throws instead when the thread was told to end. */
  run<T>(call: () => T): T;
}
