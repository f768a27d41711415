import { tellOutputLost } from './interrupt.js';
import { Invocation } from './invocation.js';
import { onLostOutput } from './output.js';
import { endHanging } from './process-end.js';
import { runProgram } from './program.js';

const invocation = Invocation.ofProcess();
for (const stream of [process.stdout, process.stderr]) {
  onLostOutput(stream, (loss) => {
    invocation.lostOutput ??= loss;
    tellOutputLost(process);
  });
}
const ended = await runProgram(invocation);
const exitCode = invocation.lostOutput === 'failed' ? 1 : ended;
// Set, not called: what is still being written may end, and exiting would tear threads out of native code.
process.exitCode = exitCode;
if (invocation.hangingThreads > 0) await endHanging(invocation, exitCode);
