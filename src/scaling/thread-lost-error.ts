import type { ThreadProgress } from './thread-progress.js';

/** How a thread was lost: it ran out of heap, threw outside its task, exited, hung on an item, or was ended by us. */
export type LossReason = 'out-of-memory' | 'error' | 'exit' | 'deadline' | 'closed';

const SENTENCES: Readonly<Record<LossReason, (detail: string) => string>> = {
  'out-of-memory': () => 'the thread ran out of memory',
  error: (detail) => `the thread died of an error: ${detail}`,
  exit: (detail) => `the thread ended in the middle of its task (${detail})`,
  deadline: (detail) => `the thread was stopped because one item took longer than ${detail}`,
  closed: () => 'the thread was stopped because the run is ending',
};

/** The thread that worked on a task is gone; `progress.currentItem` is what it worked on. */
export class ThreadLostError extends Error {
  override readonly name = 'ThreadLostError';

  constructor(
    readonly thread: number,
    readonly reason: LossReason,
    readonly detail: string,
    readonly progress: ThreadProgress,
    cause?: unknown,
  ) {
    super(SENTENCES[reason](detail), cause === undefined ? undefined : { cause });
  }
}
