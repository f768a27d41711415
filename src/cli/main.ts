import { Invocation } from './invocation.js';
import { endWithoutReader } from './output.js';
import { runProgram } from './program.js';

for (const stream of [process.stdout, process.stderr]) endWithoutReader(stream, (code) => process.exit(code));
// Set, not called: what is still being written may end.
process.exitCode = await runProgram(Invocation.ofProcess());
