import type { EventBus } from '../shared/events.js';
import { wholeMebibytes } from '../shared/quantities.js';
import type { BatchResult } from './file-task.js';

/** What a run says of itself beside its summary. */
export class RunWarnings {
  private readonly missingGrammars = new Set<string>();

  constructor(private readonly bus: EventBus) {}

  /** Files cut by lines for want of a grammar make another index than elsewhere: that is said, once for each grammar. */
  ofGrammars({ missingGrammars }: BatchResult): void {
    for (const [grammar, reason] of missingGrammars) {
      if (this.missingGrammars.has(grammar)) continue;
      this.missingGrammars.add(grammar);
      this.bus.emit('warning', {
        message: `the grammar \`${grammar}\` cannot be loaded (${reason}): its files are split by lines`,
        hint: 'check the installation and the cache folder, then build the index anew with `mind-index --force`',
      });
    }
  }

  /** That the limit was passed should not happen; if it does, it is said. */
  ofMemory(peakBytes: number, limitBytes: number): void {
    if (peakBytes <= limitBytes) return;
    const [peak, limit] = [wholeMebibytes(peakBytes), wholeMebibytes(limitBytes)];
    this.bus.emit('warning', {
      message: `the process took up to ${peak} of memory, more than its limit of ${limit}`,
      hint: 'raise `--max-memory`, or exclude the largest files',
    });
  }
}
