import { Worker } from 'node:worker_threads';
import { MindIndexError, errors, type ExitCode } from '../shared/errors.js';
import type { SegmentCommit, StoreWriter } from './store.js';

/** What the thread opens; see `SqliteWriterOptions`. */
export interface ThreadedWriterOptions {
  readonly indexDir: string;
  readonly command: string;
}

/** A call on the writer as it travels to the thread. */
export interface WriterCall {
  readonly id: number;
  readonly method: keyof StoreWriter;
  readonly argument: unknown;
}

/** An error as it travels back; `known` holds what makes it a `MindIndexError`. */
export interface CarriedError {
  readonly message: string;
  readonly stack: string | undefined;
  readonly known?: { readonly code: string; readonly hint: string; readonly exitCode: ExitCode };
  readonly cause?: CarriedError;
}

/** The answer to a call; the answer to id 0 says whether the index could be opened. */
export type WriterAnswer =
  { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: CarriedError };

/** Id of the answer that the thread sends without a call, once it has opened the index. */
export const OPENED = 0;

/**
 * Opens an index for writing on a thread of its own, so that the calling thread never waits for the disk. The bytes of
 * a commit (segment, text blocks, hashes) are handed over: the caller's views of them are empty afterwards.
 */
export async function openThreadedWriter(options: ThreadedWriterOptions): Promise<StoreWriter> {
  const { indexDir, command } = options;
  const workerData: ThreadedWriterOptions = { indexDir, command };
  const worker = new Worker(new URL('./writer-thread-host.js', import.meta.url), { workerData });
  const writer = new ThreadedWriter(worker);
  try {
    await writer.opened;
    return writer;
  } catch (error) {
    await writer.exited;
    throw error;
  }
}

class ThreadedWriter implements StoreWriter {
  private readonly pending = new Map<number, { resolve: (result: never) => void; reject: (error: unknown) => void }>();
  readonly exited: Promise<void>;
  private lost: MindIndexError | undefined;
  private lastId = OPENED;
  readonly opened: Promise<void>;

  constructor(private readonly worker: Worker) {
    this.opened = new Promise((resolve, reject) => this.pending.set(OPENED, { resolve, reject }));
    worker.on('message', (answer: WriterAnswer) => this.settle(answer));
    worker.on('messageerror', (error) => this.lose('its answer could not be read', error));
    worker.on('error', (error) => this.lose(error instanceof Error ? error.message : String(error), error));
    this.exited = new Promise((resolve) => {
      worker.on('exit', (code) => {
        this.lose(`it ended with code ${code}`);
        resolve();
      });
    });
  }

  beginRun(run: Parameters<StoreWriter['beginRun']>[0]): Promise<void> {
    return this.call('beginRun', run);
  }

  commit(commit: SegmentCommit): Promise<void> {
    const packed = packCommit(commit);
    return this.call('commit', packed.commit, packed.transfer);
  }

  merge(policy: Parameters<StoreWriter['merge']>[0]): ReturnType<StoreWriter['merge']> {
    return this.call('merge', policy);
  }

  finishRun(run: Parameters<StoreWriter['finishRun']>[0]): Promise<void> {
    return this.call('finishRun', run);
  }

  suspendRun(run: Parameters<StoreWriter['suspendRun']>[0]): Promise<void> {
    return this.call('suspendRun', run);
  }

  /** Waits for the calls before it, then for the end of the thread. */
  async close(): Promise<void> {
    if (this.lost !== undefined) return this.exited;
    try {
      await this.call<void>('close', undefined);
    } finally {
      await this.exited;
    }
  }

  private call<T>(method: keyof StoreWriter, argument: unknown, transfer: ArrayBuffer[] = []): Promise<T> {
    if (this.lost !== undefined) return Promise.reject(this.lost);
    const call: WriterCall = { id: (this.lastId += 1), method, argument };
    return new Promise<T>((resolve, reject) => {
      this.worker.postMessage(call, transfer);
      this.pending.set(call.id, { resolve, reject });
    });
  }

  private settle(answer: WriterAnswer): void {
    const waiting = this.pending.get(answer.id);
    this.pending.delete(answer.id);
    if ('error' in answer) waiting?.reject(restoreError(answer.error));
    else waiting?.resolve(answer.result as never);
  }

  private lose(reason: string, cause?: unknown): void {
    this.lost ??= errors.writerThreadLost(reason, cause);
    for (const { reject } of this.pending.values()) reject(this.lost);
    this.pending.clear();
  }
}

/**
 * Makes the bytes of a commit transferable. A buffer that belongs to the commit alone is handed over as it is; views of
 * buffers with other content, such as Node's pool, are copied together into one.
 */
export function packCommit(commit: SegmentCommit): {
  readonly commit: SegmentCommit;
  readonly transfer: ArrayBuffer[];
} {
  const views: Uint8Array[] = [];
  eachView(commit, (view) => {
    views.push(view);
    return view;
  });
  const used = new Map<ArrayBufferLike, number>();
  for (const view of new Set(views)) used.set(view.buffer, (used.get(view.buffer) ?? 0) + view.byteLength);
  const owned = (view: Uint8Array) =>
    view.buffer instanceof ArrayBuffer && used.get(view.buffer) === view.buffer.byteLength;

  let foreignBytes = 0;
  for (const view of views) if (!owned(view)) foreignBytes += view.byteLength;
  const packed = new Uint8Array(foreignBytes);
  const transfer = new Set<ArrayBuffer>([packed.buffer]);
  let offset = 0;
  const result = eachView(commit, (view) => {
    if (owned(view)) {
      transfer.add(view.buffer as ArrayBuffer);
      return view;
    }
    packed.set(view, offset);
    offset += view.byteLength;
    return packed.subarray(offset - view.byteLength, offset);
  });
  return { commit: result, transfer: [...transfer] };
}

/** The commit with every array of bytes in it replaced. */
function eachView(commit: SegmentCommit, replace: (view: Uint8Array) => Uint8Array): SegmentCommit {
  const optional = (view: Uint8Array | null | undefined) => (view ? replace(view) : null);
  return {
    ...commit,
    ...(commit.segment && { segment: replace(commit.segment) }),
    textBlocks: commit.textBlocks.map(replace),
    files: commit.files.map((file) => ({
      ...file,
      contentHash: optional(file.contentHash),
      gitOid: optional(file.gitOid),
      digest: optional(file.digest),
    })),
    unindexed: commit.unindexed.map((file) => ({
      ...file,
      contentHash: optional(file.contentHash),
      gitOid: optional(file.gitOid),
    })),
    restamped: commit.restamped.map((file) => ({ ...file, gitOid: optional(file.gitOid) })),
  };
}

/** Prepares an error for its way between threads, which would strip it of its class and fields. */
export function carryError(error: unknown): CarriedError {
  if (!(error instanceof Error)) return { message: String(error), stack: undefined };
  const { message, stack, cause } = error;
  return {
    message,
    stack,
    ...(error instanceof MindIndexError && {
      known: { code: error.code, hint: error.hint, exitCode: error.exitCode },
    }),
    ...(cause !== undefined && { cause: carryError(cause) }),
  };
}

function restoreError(carried: CarriedError): Error {
  const { message, stack, known } = carried;
  const cause = carried.cause && restoreError(carried.cause);
  const error = known
    ? new MindIndexError(known.code, message, known.hint, known.exitCode, cause)
    : new Error(message, cause && { cause });
  if (stack !== undefined) error.stack = stack;
  return error;
}
