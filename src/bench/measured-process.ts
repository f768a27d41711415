import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { errors } from '../shared/errors.js';

/** The command line of this very installation: from `dist/bench` and from `src/bench` it is as far away. */
const PROGRAM = fileURLToPath(new URL('../../bin/mind-index.js', import.meta.url));

/** Where a process runs, and what ends it early. */
export interface ProcessOptions {
  readonly signal: AbortSignal;
  readonly cwd?: string;
}

/** How a process went. */
export interface MeasuredProcess {
  /** From before the process was started until it had ended. */
  readonly wallMs: number;
  readonly stdout: string;
}

/**
 * Runs Node with the given arguments to its end.
 * @throws MindIndexError when it ends with another code than 0
 */
export async function runNode(args: readonly string[], options: ProcessOptions): Promise<MeasuredProcess> {
  const began = performance.now();
  const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<{ code: number | null; wallMs: number }>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve({ code, wallMs: performance.now() - began }));
  });
  const [stdout, stderr, { code, wallMs }] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw errors.benchProcessFailed(args.join(' '), code, stderr.trim());
  return { wallMs, stdout };
}

/** Runs the `mind-index` command line to its end. */
export function runProgramProcess(args: readonly string[], options: ProcessOptions): Promise<MeasuredProcess> {
  return runNode([PROGRAM, ...args], options);
}

/** The last line of NDJSON output. */
export function lastJsonLine<T>(stdout: string): T {
  return JSON.parse(stdout.slice(stdout.trimEnd().lastIndexOf('\n') + 1)) as T;
}
