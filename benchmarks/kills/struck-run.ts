import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { AnyEvent } from '../../src/shared/events.js';

const PRELOAD = fileURLToPath(new URL('../../test/preloads/kill-points.mjs', import.meta.url));
const WORK_LEFT = fileURLToPath(new URL('work-left.mjs', import.meta.url));
const TIMEOUT_MS = 600_000;

/** The tree, its index, and the program that is run: a folder with `bin` and `dist`. */
export interface Place {
  readonly program: string;
  readonly root: string;
  readonly indexDir: string;
  /** A file for what the preload reports. */
  readonly log: string;
}

/** Where the blow falls: at a point of a kind, such as the third `commit:before`, or after a time. */
export type Blow =
  { readonly kind: string; readonly at: number } | { readonly afterMs: number } | Readonly<Record<string, never>>;

/** How a run ended, and what it had done by then. */
export interface StruckRun {
  readonly signal: NodeJS.Signals | null;
  readonly status: number | null;
  readonly stderr: string;
  readonly events: readonly AnyEvent[];
  /** What struck, in words of the preload; undefined when the run ended before. */
  readonly blow: string | undefined;
  readonly blowNs: bigint;
  /** When each file was opened first. */
  readonly openedNs: ReadonlyMap<string, bigint>;
  /** How often each point was passed; of runs that end by themselves. */
  readonly counts: Readonly<Record<string, number>>;
}

/** What happens at the blow: a signal to the process, or a file that takes all that is left of its disk. */
export type Harm = { readonly signal: NodeJS.Signals } | { readonly fill: string };

/** Runs the program with a blow; none lets it run to its end. */
export function strikeRun(
  place: Place,
  blow: Blow,
  args: readonly string[] = [],
  harm: Harm = { signal: 'SIGKILL' },
): StruckRun {
  rmSync(place.log, { force: true });
  const { root, indexDir, log, program } = place;
  const points = JSON.stringify({ root, indexDir, log, ...harm, ...blow });
  const run = spawnProgram(place, ['index', root, '--index-dir', indexDir, '--json', ...args], {
    NODE_OPTIONS: `--import=${PRELOAD}`,
    KILL_POINTS: points,
    KILL_POINTS_PROGRAM: pathToFileURL(`${program}/`).href,
  });
  // The last line of a killed process may be half a line.
  const lines = run.stdout.split('\n').slice(0, -1);
  const events = lines.map((line) => JSON.parse(line) as AnyEvent);
  return { signal: run.signal, status: run.status, stderr: run.stderr, events, ...readLog(log) };
}

/** Runs a command of the program to its end. */
export function spawnProgram(place: Place, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return spawnSync(process.execPath, [join(place.program, 'bin/mind-index.js'), ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    timeout: TIMEOUT_MS,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', NO_COLOR: '1', ...env },
  });
}

/** The paths that the next run would work on. */
export function workLeft({ program, root, indexDir }: Place): ReadonlySet<string> {
  const { stdout, stderr } = spawnSync(process.execPath, [WORK_LEFT, program, root, indexDir], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (stdout === '') throw new Error(stderr);
  return new Set(JSON.parse(stdout) as string[]);
}

function readLog(path: string): Pick<StruckRun, 'blow' | 'blowNs' | 'openedNs' | 'counts'> {
  const openedNs = new Map<string, bigint>();
  let [blow, blowNs, counts]: [string | undefined, bigint, Record<string, number>] = [undefined, 0n, {}];
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [, time, verb, rest] = /^(\d+) (\w+) (.*)$/.exec(line) ?? [];
    if (verb === 'open' && !openedNs.has(rest!)) openedNs.set(rest!, BigInt(time!));
    if (verb === 'strike') [blow, blowNs] = [rest, BigInt(time!)];
    if (verb === 'counts') counts = JSON.parse(rest!) as Record<string, number>;
  }
  return { blow, blowNs, openedNs, counts };
}
