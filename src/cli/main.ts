import { Invocation } from './invocation.js';
import { endWithoutReader } from './output.js';
import { endHanging } from './process-end.js';
import { runProgram } from './program.js';

let lostOutput: { readonly exitCode: number } | undefined;
for (const stream of [process.stdout, process.stderr]) {
  endWithoutReader(stream, (exitCode) => {
    if (lostOutput !== undefined) return;
    lostOutput = { exitCode };
    // Work that listens ends in order, as on Ctrl-C: exiting would tear threads out of native code.
    if (!process.emit('SIGINT')) process.exit(exitCode);
  });
}
const invocation = Invocation.ofProcess();
const exitCode = await runProgram(invocation);
// Set, not called: what is still being written may end.
process.exitCode = lostOutput?.exitCode || exitCode;
if (invocation.hangingThreads > 0) await endHanging(invocation, exitCode);
