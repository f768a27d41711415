import type { EventBus } from '../shared/events.js';
import type { BatchResult } from './file-task.js';

/** Files cut by lines for want of a grammar make another index than elsewhere: that is said, once for each grammar. */
export class GrammarWarnings {
  private readonly told = new Set<string>();

  constructor(private readonly bus: EventBus) {}

  tell({ missingGrammars }: Pick<BatchResult, 'missingGrammars'>): void {
    for (const [grammar, reason] of missingGrammars) {
      if (this.told.has(grammar)) continue;
      this.told.add(grammar);
      this.bus.emit('warning', {
        message: `the grammar \`${grammar}\` cannot be loaded (${reason}): its files are split by lines`,
        hint: 'check the installation and the cache folder, then build the index anew with `mind-index --force`',
      });
    }
  }
}
