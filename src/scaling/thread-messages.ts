import { MindIndexError, type ExitCode } from '../shared/errors.js';

/** What a thread is born with. */
export interface ThreadBirth {
  readonly progress: SharedArrayBuffer;
  readonly init: unknown;
}

/** To the thread. `end` lets it close what it opened. */
export type ToThread = { readonly type: 'task'; readonly task: unknown } | { readonly type: 'end' };

/** Memory that belongs to one thread, in bytes: V8's heap as committed, array buffers, and what its handler tells of native memory. */
export interface ThreadMemory {
  readonly heapBytes: number;
  readonly externalBytes: number;
  readonly nativeBytes: number;
}

/** From the thread. A `failure` is the task's own error: the thread lives on. */
export type FromThread =
  | { readonly type: 'ready'; readonly memory: ThreadMemory }
  | { readonly type: 'result'; readonly result: unknown; readonly memory: ThreadMemory }
  | { readonly type: 'failure'; readonly error: ThrownValue; readonly memory: ThreadMemory };

/** An error as it crosses the border: structured clone drops its class, its code and its hint. */
export interface ThrownValue {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
  readonly hint: string | undefined;
  readonly exitCode: ExitCode | undefined;
}

/** Takes an error (or whatever was thrown) apart. */
export function packError(thrown: unknown): ThrownValue {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { code } = error as NodeJS.ErrnoException;
  const known = error instanceof MindIndexError ? error : undefined;
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    code: typeof code === 'string' ? code : undefined,
    hint: known?.hint,
    exitCode: known?.exitCode,
  };
}

/** Puts the error together again, with the stack of where it happened. */
export function unpackError(packed: ThrownValue): Error {
  if (packed.hint !== undefined && packed.exitCode !== undefined && packed.code !== undefined) {
    return new MindIndexError(packed.code, packed.message, packed.hint, packed.exitCode);
  }
  const error = new Error(packed.message);
  error.name = packed.name;
  if (packed.stack !== undefined) error.stack = packed.stack;
  return packed.code === undefined ? error : Object.assign(error, { code: packed.code });
}
