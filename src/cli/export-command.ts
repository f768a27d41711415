import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ExportTarget } from '../app/transfer.js';
import { errors } from '../shared/errors.js';
import { EventBus } from '../shared/events.js';
import type { Invocation } from './invocation.js';
import { showRun } from './run-display.js';
import { interruptibleBy } from './interruptible-work.js';
import { exportWarnings, exportedText } from './transfer-report.js';
import { productVersion } from './product-version.js';

/** Adds `mind-index export [path]`: writes the index into one file, whose path is the only thing on stdout. */
export function registerExport(program: Command, invocation: Invocation): void {
  const command = program
    .command('export')
    .description('write the index into one file, for `import` elsewhere')
    .argument('[path]', 'indexed folder, or any below it', '.')
    .option(
      '-o, --output <file>',
      'where to; `-` is the standard output (default: <folder>-<commit or digest>.mindx here)',
    )
    .action(async (path: string, { output: typed }: { readonly output?: string }) => {
      const config = await invocation.readIndexedConfig(command, path);
      const target = targetOf(typed, config.json, invocation);
      const bus = new EventBus();
      const display = await showRun(config, bus, invocation);
      try {
        const { exportIndex } = await import('../app/transfer.js');
        const words = ['mind-index', ...process.argv.slice(2)].join(' ');
        const context = { bus, command: words, interruptible: interruptibleBy(display) };
        const report = await exportIndex(config, target, productVersion(), context);
        display.close();
        const { output } = invocation;
        const colors = invocation.colorsFor(output.stderr);
        if (config.json) return output.json({ event: 'export-finished', ...report });
        for (const warning of exportWarnings(report.manifest)) output.warn(warning, colors);
        if (!config.quiet) output.note(exportedText(report));
        if (report.file !== null) output.data(report.file);
      } finally {
        display.close();
      }
    });
}

function targetOf(typed: string | undefined, json: boolean, { cwd, output }: Invocation): ExportTarget {
  if (typed === undefined) return { kind: 'folder', path: cwd };
  if (typed === '') throw errors.usage('`--output` names no file', 'give a file name, or `-` for the standard output');
  if (typed !== '-') return { kind: 'file', path: resolve(cwd, typed) };
  if (json)
    throw errors.usage('`--output -` and `--json` both want the standard output', 'name a file, or leave out `--json`');
  if (output.stdout.isTTY) {
    throw errors.usage('an export is not written to a terminal', 'redirect the output, or name a file with `--output`');
  }
  return { kind: 'stream', stream: process.stdout };
}
