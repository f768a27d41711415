import { fstatSync } from 'node:fs';
import { tellOutputLost } from './interrupt.js';
import { Invocation } from './invocation.js';
import { onLostOutput, type OutputLoss } from './output.js';
import { endHanging } from './process-end.js';
import { runProgram } from './program.js';

const invocation = Invocation.ofProcess();
const onLoss = (loss: OutputLoss) => {
  invocation.lostOutput = loss;
  // The last write may fail after everything else has ended.
  if (loss === 'failed') process.exitCode = 1;
  tellOutputLost(process);
};
onLostOutput(process.stdout, onLoss);
// Notes for people may be lost without harm, unless data would be lost with them (`2>&1 | head`).
onLostOutput(process.stderr, isOneFile(process.stdout.fd, process.stderr.fd) ? onLoss : () => undefined);

const ended = await runProgram(invocation);
const exitCode = invocation.lostOutput === 'failed' ? 1 : ended;
// Set, not called: what is still being written may end, and exiting would tear threads out of native code.
process.exitCode = exitCode;
if (invocation.hangingThreads > 0) await endHanging(invocation, exitCode);

function isOneFile(first: number, second: number): boolean {
  const [a, b] = [fstatSync(first), fstatSync(second)];
  return a.dev === b.dev && a.ino === b.ino;
}
