import { Invocation } from './invocation.js';
import { endQuietlyWithoutReader } from './output.js';
import { runProgram } from './program.js';

endQuietlyWithoutReader(process.stdout, (code) => process.exit(code));
// Set, not called: what is still being written may end.
process.exitCode = await runProgram(Invocation.ofProcess());
