import type { Invocation } from './invocation.js';
import { EXIT_INTERRUPTED } from './interrupt.js';
import { plural } from './quantities.js';

/** What a shell reports of a process that was ended by SIGKILL. */
const EXIT_KILLED = 137;

/**
 * Ends the process at once with what a shell reports as exit code 130. `process.exit` would wait for every thread, and
 * for as long as one is in native code; the signal's own effect waits for nothing.
 */
export function endInterrupted(): void {
  process.removeAllListeners('SIGINT');
  process.kill(process.pid, 'SIGINT');
}

/**
 * Ends a process that cannot end by itself, because threads hang in native code, after what it printed is written. No
 * signal stands for the exit codes 0 to 3: what the code would have been is said in words.
 */
export async function endHanging(invocation: Invocation, exitCode: number): Promise<void> {
  const { output, hangingThreads } = invocation;
  const isInterrupted = exitCode === EXIT_INTERRUPTED;
  const warning = {
    message: `${plural(hangingThreads, 'worker thread')} cannot be ended: the process ends itself by a signal`,
    hint: isInterrupted ? '' : `a shell reports ${EXIT_KILLED}; without this the exit code would be ${exitCode}`,
  };
  output.warn(warning, invocation.colorsFor(output.stderr));
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  if (isInterrupted) endInterrupted();
  else process.kill(process.pid, 'SIGKILL');
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
