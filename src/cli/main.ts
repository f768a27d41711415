import { Invocation } from './invocation.js';
import { endWithoutReader } from './output.js';
import { endHanging } from './process-end.js';
import { runProgram } from './program.js';

for (const stream of [process.stdout, process.stderr]) endWithoutReader(stream, (code) => process.exit(code));
const invocation = Invocation.ofProcess();
// Set, not called: what is still being written may end.
process.exitCode = await runProgram(invocation);
if (invocation.hangingThreads > 0) await endHanging(invocation, process.exitCode);
