import type { StageTimes } from '../shared/events.js';
import { count, duration } from '../shared/quantities.js';
import { barTable } from './bar-table.js';
import { html, type Html } from './html.js';

/** Stage times with the name of what they were measured in, where there are several. */
export interface NamedStages {
  readonly name: string;
  readonly stages: readonly StageTimes[];
}

/** What the stages did and what they waited for, each bar the whole time of its stage over all workers. */
export function stageTable(all: readonly NamedStages[]): Html {
  const rows = all.flatMap(({ name, stages }) =>
    stages.map(({ stage, activeMs, inputWaitMs, outputWaitMs }) => ({
      label: name === '' ? stage : `${name} ${stage}`,
      parts: [
        { name: 'active', tone: 'green' as const, value: activeMs },
        { name: 'waits for input', tone: 'yellow' as const, value: inputWaitMs },
        { name: 'waits for output', tone: 'orange' as const, value: outputWaitMs },
      ],
      cells: [duration(activeMs), duration(inputWaitMs), duration(outputWaitMs)],
    })),
  );
  if (rows.length === 0) return html`<p class="note">No stage did any work.</p>`;
  return barTable({
    caption: 'Time summed over the workers of a stage. A stage that waits is not the one that bounds the run.',
    label: 'stage',
    headings: ['active', 'waits for input', 'for output'],
    rows,
  });
}

/** Where the workers spent their time, by part of the work. */
export function partTable(partsMs: Readonly<Record<string, number>>): Html {
  const parts = Object.entries(partsMs).sort(([, left], [, right]) => right - left);
  const total = parts.reduce((sum, [, ms]) => sum + ms, 0);
  if (total === 0) return html`<p class="note">No file was read.</p>`;
  return barTable({
    caption: 'Time on files, summed over the workers, most first.',
    label: 'part',
    headings: ['time', 'share'],
    full: Math.max(...parts.map(([, ms]) => ms)),
    rows: parts.map(([part, ms]) => ({
      label: part,
      parts: [{ name: 'time', tone: 'blue', value: ms }],
      cells: [duration(ms), `${count((100 * ms) / total)} %`],
    })),
  });
}

/** The tones of the parts of a run in the order of the work; there are six of each. */
const PART_TONES = ['grey', 'blue', 'orange', 'green', 'yellow', 'red'] as const;

/** The shares of the parts in several runs, each bar the whole time of its run. */
export function partShares(
  runs: readonly { readonly name: string; readonly partsMs: Readonly<Record<string, number>> }[],
): Html {
  const parts = Object.keys(runs[0]?.partsMs ?? {});
  return barTable({
    caption: 'Time on files, summed over the workers; each bar is the whole of it.',
    label: 'scenario',
    headings: parts,
    rows: runs.map(({ name, partsMs }) => ({
      label: name,
      parts: parts.map((part, at) => ({
        name: part,
        tone: PART_TONES[at % PART_TONES.length]!,
        value: partsMs[part] ?? 0,
      })),
      cells: parts.map((part) => duration(partsMs[part] ?? 0)),
    })),
  });
}
