import { spawn, spawnSync, type ChildProcess, type SpawnSyncReturns } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { AnyEvent, RunSummary } from '../src/shared/events.js';

const BIN = fileURLToPath(new URL('../bin/mind-index.js', import.meta.url));

/** How a process is started. */
export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Words in front of `node`, such as those that change the user. */
  readonly under?: readonly string[];
  readonly timeoutMs?: number;
}

/** The words that start the built program. */
export function programWords(args: readonly string[]): string[] {
  return [process.execPath, BIN, ...args];
}

/** Runs the built program to its end. */
export function mindIndex(args: readonly string[], options: ProgramOptions = {}): SpawnSyncReturns<string> {
  const [command, ...words] = [...(options.under ?? []), ...programWords(args)];
  return spawnSync(command!, words, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    timeout: options.timeoutMs ?? 60_000,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: environment(options),
  });
}

/** Starts the built program and does not wait for it. */
export function startMindIndex(args: readonly string[], options: ProgramOptions = {}): ChildProcess {
  return spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: environment(options) });
}

/** Calls `act` when the program first tells of an event; resolves when it has ended, throws if it never told. */
export async function atEvent(run: ChildProcess, name: string, act: () => void): Promise<void> {
  let [stdout, acted] = ['', false];
  run.stdout!.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (acted || !stdout.includes(name)) return;
    acted = true;
    act();
  });
  run.stderr!.resume();
  await once(run, 'close');
  if (!acted) throw new Error(`no ${name} in ${stdout}`);
}

/** Indexes and returns the summary; throws what the program printed when it failed. */
export function indexed(path: string, args: readonly string[] = [], options: ProgramOptions = {}): RunSummary {
  const run = mindIndex(['index', path, '--json', ...args], options);
  const summary = eventsOf(run.stdout).find((event) => event.event === 'run-finished');
  if (summary === undefined) throw new Error(`exit code ${run.status}, signal ${run.signal}: ${run.stderr}`);
  return summary as unknown as RunSummary;
}

/** The events that `--json` printed. */
export function eventsOf(stdout: string): AnyEvent[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AnyEvent);
}

/** The problems that `verify --source` finds. */
export function problemsOf(path: string, args: readonly string[] = []): readonly string[] {
  const run = mindIndex(['verify', path, '--source', '--json', ...args]);
  return (JSON.parse(run.stdout) as { readonly problems: readonly string[] }).problems;
}

/** No variable of the outside reaches the program, except where programs are found and what a test sets. */
function environment({ env = {} }: ProgramOptions): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', NO_COLOR: '1', ...env };
}
