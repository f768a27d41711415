import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { VerifyReport } from '../app/inspection.js';
import { EXIT_CORRUPT, EXIT_STALE, errors } from '../shared/errors.js';
import { EventBus } from '../shared/events.js';
import type { Invocation } from './invocation.js';
import { count, plural } from './quantities.js';
import { showRun } from './run-display.js';
import { escapeControls } from './terminal-text.js';
import { interruptibleBy } from './interruptible-work.js';
import { exportText } from './transfer-report.js';

const PROBLEMS_SHOWN = 20;

const EXIT_CODES = `
Exit codes: 0 sound, 4 stale (sound, but not what the files say now; with --source), 5 corrupt.
`;

/** Adds `mind-index verify [path]`: recomputes the digest from what is stored. The exit code tells stale from corrupt. */
export function registerVerify(program: Command, invocation: Invocation): void {
  const command = program
    .command('verify')
    .description('check the index, or an exported file, against its digest')
    .argument('[path]', 'indexed folder, or any below it; or a file that `export` made', '.')
    .option('--source', 'check it against the files too')
    .addHelpText('after', EXIT_CODES)
    .action(async (path: string, { source = false }: { readonly source?: boolean }) => {
      if (isFile(resolve(invocation.cwd, path))) return verifyFile(command, invocation, path, source);
      const config = await invocation.readIndexedConfig(command, path);
      const { verifyIndex } = await import('../app/inspection.js');
      const report = await verifyIndex(config, { source });
      if (config.json) invocation.output.json(report);
      else invocation.output.data(verifyText(report, config.verbose));
      invocation.exitCode = EXIT_CODE_OF[report.verdict];
    });
}

const EXIT_CODE_OF = { sound: 0, stale: EXIT_STALE, corrupt: EXIT_CORRUPT } as const;

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

async function verifyFile(command: Command, invocation: Invocation, path: string, source: boolean): Promise<void> {
  if (source) {
    throw errors.usage('`--source` checks an index, not an exported file', 'import the file, then verify its folder');
  }
  const config = await invocation.readConfig(command);
  const bus = new EventBus();
  const display = await showRun(config, bus, invocation);
  try {
    const { verifyExport } = await import('../app/transfer.js');
    const file = resolve(invocation.cwd, path);
    const manifest = await interruptibleBy(display)((signal) => verifyExport(file, bus, signal));
    display.close();
    if (config.json) invocation.output.json({ ok: true, verdict: 'sound', manifest });
    else invocation.output.data(exportText('The export is sound', manifest));
  } finally {
    display.close();
  }
}

/** What was verified, for people. */
export function verifyText(report: VerifyReport, all: boolean): string {
  const { files, chunks, problems, digestStored, digestRecomputed } = report;
  const what = `${plural(files, 'file')}, ${plural(chunks, 'chunk')}`;
  if (report.ok) return `The index is sound: ${what}\n  digest ${digestRecomputed}`;
  const shown = all ? problems : problems.slice(0, PROBLEMS_SHOWN);
  const left = problems.length - shown.length;
  const [state, hint] =
    report.verdict === 'stale'
      ? ['sound but stale', '`mind-index` brings the index up to date with the files']
      : ['not sound', '`mind-index --force` builds the index anew'];
  return [
    `The index is ${state}: ${plural(problems.length, 'problem')} in ${what}`,
    ...shown.map((problem) => `  ${escapeControls(problem)}`),
    ...(left > 0 ? [`  and ${count(left)} more; \`--verbose\` shows all`] : []),
    ...(digestStored === digestRecomputed
      ? []
      : [`  digest stored     ${digestStored}`, `  digest recomputed ${digestRecomputed}`]),
    '',
    `hint: ${hint}`,
  ].join('\n');
}
