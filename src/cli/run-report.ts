import type { RunSummary, Strategy } from '../shared/events.js';
import type { FailedFile } from '../shared/model.js';
import type { Colors } from './colors.js';
import { bytes, count, duration, plural } from './quantities.js';
import { meaningOf } from './skip-reasons.js';
import { escapeControls } from './terminal-text.js';

const FAILED_SHOWN = 5;
const SCALE_STEPS_SHOWN = 3;
const DIGEST_DIGITS = 12;
const RATIO_FROM_BYTES = 2 ** 20;

/** How a report is written. */
export interface ReportStyle {
  readonly colors: Colors;
  /** Show everything, however long. */
  readonly verbose: boolean;
  /** Where the program was called: commands it proposes work from there. */
  readonly cwd: string;
}

/** The run in one line, for `--quiet`. */
export function runLine(summary: RunSummary): string {
  const { work, failed, outcome } = summary;
  const done = `${plural(summary.files, 'file')}, ${plural(summary.chunks, 'chunk')}`;
  const changes = `${count(work.added)} added, ${count(work.changed)} changed, ${count(work.removed)} removed`;
  const failures = failed.length > 0 ? `, ${count(failed.length)} failed` : '';
  return `${outcome === 'complete' ? 'Indexed' : 'Interrupted at'} ${done} (${changes}${failures}) in ${duration(summary.durationMs)}`;
}

/** The run as a summary for people: what was done, what was left out and why, what it took, what to do next. */
export function runReport(summary: RunSummary, strategyReason: string, { colors, verbose, cwd }: ReportStyle): string {
  const rows = [
    headline(summary, colors),
    ...(summary.begunFrom ? [row('begun', `from the index of \`${escapeControls(summary.begunFrom)}\``)] : []),
    row('files', workText(summary)),
    ...skippedRows(summary.skipped, colors),
    ...failedRows(summary.failed, colors, verbose),
    row('speed', speedText(summary)),
    row('work', `${strategyText(summary.strategy)}${strategyReason && ` (${strategyReason})`}`),
    row('memory', `peak ${bytes(summary.peakRssBytes)}`),
    ...scaleRows(summary, verbose),
    ...summary.threads.lost.map((reason) => row('thread lost', escapeControls(reason))),
    row('index', indexText(summary)),
    '',
    nextStep(summary, colors, cwd),
  ];
  return rows.join('\n');
}

/** Skipped files by reason with what that means, most first. */
export function skippedRows(skipped: Readonly<Record<string, number>>, colors: Colors): string[] {
  const reasons = Object.entries(skipped)
    .filter(([, files]) => files > 0)
    .sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1));
  return reasons.map(([reason, files], at) => {
    const meaning = meaningOf(reason);
    const text = `${count(files).padStart(6)} ${escapeControls(reason)}${meaning ? colors.faint(` (${meaning})`) : ''}`;
    return row(at === 0 ? 'skipped' : '', text);
  });
}

/** The first failed files with their reasons, and how many more there are. */
export function failedRows(failed: readonly FailedFile[], colors: Colors, all: boolean): string[] {
  const shown = all ? failed : failed.slice(0, FAILED_SHOWN);
  const rows = shown.map(({ path, message }, at) =>
    row(
      at === 0 ? colors.error('failed') : '',
      `${colors.path(escapeControls(path))}: ${escapeControls(message)}`,
      at === 0 ? 'failed' : '',
    ),
  );
  const left = failed.length - shown.length;
  return left > 0 ? [...rows, row('', `and ${count(left)} more; see \`mind-index status --failed\``)] : rows;
}

/** A label and its text, in two columns. `plain` is the label without colours, where it has some. */
export function row(label: string, text: string, plain = label): string {
  return `  ${label}${' '.repeat(Math.max(0, 11 - plain.length))} ${text}`;
}

/** How the work was done, in words. */
export function strategyText(strategy: Strategy): string {
  return strategy.kind === 'inline' ? 'main thread' : `threads, began with ${plural(strategy.workers, 'worker')}`;
}

function headline(summary: RunSummary, colors: Colors): string {
  const what = `${plural(summary.files, 'file')}, ${plural(summary.chunks, 'chunk')}, ${bytes(summary.bytes)}`;
  if (summary.outcome === 'interrupted') {
    return `${colors.warning('Interrupted')} after ${duration(summary.durationMs)}; the index holds ${what}`;
  }
  return `${colors.good('Indexed')} \`${escapeControls(summary.root)}\` in ${duration(summary.durationMs)}: ${what}`;
}

function workText({ work }: RunSummary): string {
  const byGit = work.restamped > 0 ? ` (${count(work.restamped)} of them by git's index)` : '';
  const rehashed = work.rehashed > 0 ? `, ${count(work.rehashed)} touched but equal` : '';
  return `${count(work.added)} added, ${count(work.changed)} changed, ${count(work.removed)} removed, ${count(work.unchanged)} unchanged${byGit}${rehashed}`;
}

function speedText({ filesPerSecond, work, durationMs }: RunSummary): string {
  const perSecond = durationMs > 0 ? (work.bytes / durationMs) * 1000 : 0;
  return `${count(filesPerSecond)} files/s, ${bytes(perSecond)}/s`;
}

/** The size of an index beside its source; empty for small trees, where fixed costs decide it. */
export function ratioText(indexBytes: number, sourceBytes: number): string {
  return sourceBytes >= RATIO_FROM_BYTES ? ` (${(indexBytes / sourceBytes).toFixed(2)} of the source)` : '';
}

function indexText({ indexBytes, bytes: source, digest, embedder }: RunSummary): string {
  const ratio = ratioText(indexBytes, source);
  return `${bytes(indexBytes)}${ratio}, embedder ${embedder}, digest ${digest.slice(0, DIGEST_DIGITS)}`;
}

function scaleRows({ scaleEvents, workers }: RunSummary, verbose: boolean): string[] {
  if (scaleEvents.length === 0) return [];
  const shown = verbose ? scaleEvents : scaleEvents.slice(0, SCALE_STEPS_SHOWN);
  const rows = shown.map(({ atMs, from, to, decision, reason }) =>
    row('', `at ${duration(atMs)} ${from === to ? decision : `${from} to ${to} workers`}: ${reason}`),
  );
  const left = scaleEvents.length - shown.length;
  return [
    row('scaling', `${plural(scaleEvents.length, 'step')}, ${workers.min} to ${workers.max} workers`),
    ...rows,
    ...(left > 0 ? [row('', `and ${count(left)} more; see \`mind-index status --run\``)] : []),
  ];
}

function nextStep({ outcome, root, files }: RunSummary, colors: Colors, cwd: string): string {
  if (outcome === 'interrupted') {
    return `${colors.faint('hint:')} what is committed can be searched; run again to continue where it ended`;
  }
  if (files === 0) return `${colors.faint('hint:')} nothing to index here; see the skipped files above, if any`;
  const where = root === cwd ? '' : ` --root ${/^[\w./-]+$/.test(root) ? root : `'${escapeControls(root)}'`}`;
  return `Try: mind-index search${where} "…"`;
}
