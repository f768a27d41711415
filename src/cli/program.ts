import { Command, CommanderError } from 'commander';
import { MindIndexError } from '../shared/errors.js';
import { registerBench } from './bench.js';
import { registerClean } from './clean-command.js';
import { registerConfig } from './config-command.js';
import { registerExport } from './export-command.js';
import { registerImport } from './import-command.js';
import { registerIndex } from './index-command.js';
import { EXIT_INTERRUPTED } from './interrupt.js';
import type { Invocation } from './invocation.js';
import { toMindIndexError } from './output.js';
import { productVersion } from './product-version.js';
import { registerSearch } from './search-command.js';
import { addSettingFlags } from './setting-flags.js';
import { registerStatus } from './status-command.js';
import { isDone, meantCommand, toUsageError } from './usage-error.js';
import { registerVerify } from './verify-command.js';

const EXAMPLES = `
Examples:
  mind-index                        index the current folder
  mind-index ~/shop -w 2            index another one with two worker threads
  mind-index search "apply coupon"  find code, from any folder below the index
  mind-index ./search               index a folder that is named like a command
`;

/** The program with all its commands; nothing runs and nothing is read before it is given arguments. */
export function createProgram(invocation: Invocation): Command {
  const { output } = invocation;
  const program: Command = new Command('mind-index')
    .description('Index a folder of code and search it. Without a command, indexes.')
    .usage('[options] [path] | <command>')
    .version(productVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .option('--config <file>', 'read this config file instead of the one in the folder')
    .addHelpText('after', () => indexingOptions(program) + EXAMPLES)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => output.stdout.write(text), writeErr: () => {} })
    .exitOverride();
  addSettingFlags(program);

  registerIndex(program, invocation);
  registerSearch(program, invocation);
  registerStatus(program, invocation);
  registerVerify(program, invocation);
  registerExport(program, invocation);
  registerImport(program, invocation);
  registerConfig(program, invocation);
  registerClean(program, invocation);
  registerBench(program, invocation);
  return program;
}

/** Runs one invocation to its end and returns the exit code. Holds the last catch: nothing thrown gets past it. */
export async function runProgram(invocation: Invocation): Promise<number> {
  const program = createProgram(invocation);
  try {
    await program.parseAsync([...invocation.argv]);
    return invocation.exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && isDone(thrown)) return 0;
    const error = explain(thrown, program, invocation);
    const { output } = invocation;
    // Work that ended because nobody reads it has nobody to tell.
    if (invocation.lostOutput !== undefined && error.exitCode === EXIT_INTERRUPTED) return EXIT_INTERRUPTED;
    const style = { json: invocation.isOn('json'), verbose: invocation.isOn('verbose') };
    output.error(error, { ...style, colors: invocation.colorsFor(output.stderr) });
    return error.exitCode;
  }
}

function explain(thrown: unknown, program: Command, invocation: Invocation): MindIndexError {
  const names = program.commands.map((command) => command.name());
  const words = invocation.argv.slice(2);
  if (thrown instanceof CommanderError) return toUsageError(thrown, names, words);
  const error = toMindIndexError(thrown);
  // A misspelt command is taken for a path that does not exist.
  const hint = error.code === 'path-missing' ? meantCommand(words, names) : undefined;
  return hint ? new MindIndexError(error.code, error.message, hint, error.exitCode, error.cause) : error;
}

/** The options of the default command, which people look for in the help of the program. */
function indexingOptions(program: Command): string {
  const index = program.commands.find((command) => command.name() === 'index')!;
  const help = index.createHelp();
  const options = help.visibleOptions(index).filter(({ long }) => long !== '--help');
  const columns = Math.max(...options.map((option) => help.optionTerm(option).length));
  const lines = options.map((option) =>
    help.formatItem(help.optionTerm(option), columns, help.optionDescription(option), help),
  );
  return ['\nOptions of indexing:', ...lines, ''].join('\n');
}
