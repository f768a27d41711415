import type { EventBus } from '../shared/events.js';
import { beginWorkNotes, endWorkNotes, readWorkNotes } from '../storage/work-notes.js';
import type { BatchReceiver } from './chunk-stage.js';
import type { BatchResult, FileTask } from './file-task.js';

/** Tries a file where it can do no harm; undefined when nothing is known of it afterwards. */
export type SuspectTrial = (task: FileTask, signal: AbortSignal) => Promise<BatchResult | undefined>;

/**
 * The files of a run that may crash it: those in work when the last run died, whatever it died of, and those that
 * crashed or hung before. They are tried apart, one by one, before the others.
 */
export class Suspects {
  readonly suspects: readonly FileTask[];
  private readonly undecided: FileTask[] = [];
  private hasBegun = false;

  /** The caller holds the lock: nobody else has notes in `indexDir`. */
  constructor(
    private readonly tasks: readonly FileTask[],
    private readonly indexDir: string,
  ) {
    const noted = readWorkNotes(indexDir);
    this.suspects = tasks.filter(({ path, wasGivenUp }) => wasGivenUp === true || noted.has(path));
  }

  /** Tries the suspects. The notes of the last run stay: a kill meanwhile leaves the suspicion as it was. */
  async settle(attempt: SuspectTrial, receive: BatchReceiver, bus: EventBus, signal: AbortSignal): Promise<void> {
    for (const task of this.suspects) {
      if (signal.aborted) return;
      const result = await attempt(task, signal);
      bus.emit('suspect-tried', { path: task.path, outcome: outcomeOf(result) });
      if (result === undefined) this.undecided.push(task);
      else await receive(result);
    }
  }

  /**
   * The files for all to work on, those included that could not be tried. Everything settled must be committed: the
   * suspicions end here, and new notes begin.
   */
  begin(): readonly FileTask[] {
    if (this.tasks.length === 0) endWorkNotes(this.indexDir);
    else beginWorkNotes(this.indexDir);
    this.hasBegun = true;
    if (this.suspects.length === 0) return this.tasks;
    const settled = new Set(this.suspects);
    for (const task of this.undecided) settled.delete(task);
    return this.tasks.filter((task) => !settled.has(task));
  }

  /** All threads ended in order, or were given up with the files they hang on. */
  end(): void {
    if (this.hasBegun) endWorkNotes(this.indexDir);
  }
}

function outcomeOf(result: BatchResult | undefined): 'indexed' | 'failed' | 'undecided' {
  if (result === undefined) return 'undecided';
  return result.commit.unindexed.some(({ state }) => state === 'failed') ? 'failed' : 'indexed';
}
