import { realpathSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { inputOf, writeInput } from './input-files.js';
import { kindOf } from './kinds.js';

/**
 * Judges inputs of one kind, one after the other, in a process that may die of it: `judge-process <kind> <seed> <first> <end>
 * <folder>`. Says on stdout what it begins and what became of it, one JSON object per line, so that the guilty input is known.
 */
export interface Report {
  readonly number: number;
  readonly state: 'begun' | 'judged' | 'finding';
  readonly outcome?: string;
  readonly detail?: string;
  readonly ms?: number;
  /** The most memory that the process has had so far. */
  readonly peakBytes?: number;
}

const [name, seed, first, end, base] = process.argv.slice(2) as [string, string, string, string, string];
const kind = kindOf(name);
const folder = realpathSync(base);
const root = join(folder, 'input');
const judge = await kind.open(folder);

function say(report: Report): void {
  writeSync(1, `${JSON.stringify(report)}\n`);
}

for (let number = Number(first); number < Number(end); number++) {
  const input = inputOf(kind, Number(seed), number);
  writeInput(input, root);
  say({ number, state: 'begun', peakBytes: process.resourceUsage().maxRSS * 1024 });
  const started = performance.now();
  try {
    const verdict = await judge.judge(input, root);
    const ms = performance.now() - started;
    say({ number, state: 'judged', ...verdict, ms, peakBytes: process.resourceUsage().maxRSS * 1024 });
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    say({ number, state: 'finding', detail: detail.slice(0, 2_000), ms: performance.now() - started });
  }
}
