import type { Command } from 'commander';
import type { VerifyReport } from '../app.js';
import type { Invocation } from './invocation.js';
import { count, plural } from './quantities.js';
import { escapeControls } from './terminal-text.js';

const PROBLEMS_SHOWN = 20;

/** Adds `mind-index verify [path]`: recomputes the digest from what is stored; exits with 1 where something is wrong. */
export function registerVerify(program: Command, invocation: Invocation): void {
  const command = program
    .command('verify')
    .description('check the index against its digest')
    .argument('[path]', 'indexed folder, or any below it', '.')
    .option('--source', 'check it against the files too')
    .action(async (path: string, flags: { readonly source?: boolean }) => {
      const config = await invocation.readIndexedConfig(command, path);
      const { verifyIndex } = await import('../app.js');
      const report = await verifyIndex(config, { source: flags.source ?? false });
      if (config.json) invocation.output.json(report);
      else invocation.output.data(verifyText(report, config.verbose));
      invocation.exitCode = report.ok ? 0 : 1;
    });
}

/** What was verified, for people. */
export function verifyText(report: VerifyReport, all: boolean): string {
  const { files, chunks, problems, digestStored, digestRecomputed } = report;
  const what = `${plural(files, 'file')}, ${plural(chunks, 'chunk')}`;
  if (report.ok) return `The index is sound: ${what}\n  digest ${digestRecomputed}`;
  const shown = all ? problems : problems.slice(0, PROBLEMS_SHOWN);
  const left = problems.length - shown.length;
  return [
    `The index is not sound: ${plural(problems.length, 'problem')} in ${what}`,
    ...shown.map((problem) => `  ${escapeControls(problem)}`),
    ...(left > 0 ? [`  and ${count(left)} more; \`--verbose\` shows all`] : []),
    ...(digestStored === digestRecomputed
      ? []
      : [`  digest stored     ${digestStored}`, `  digest recomputed ${digestRecomputed}`]),
    '',
    'hint: `mind-index` brings the index up to date with the files; `mind-index --force` builds it anew',
  ].join('\n');
}
