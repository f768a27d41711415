import type { RunSummary } from '../shared/events.js';
import { bytes, count, duration, plural } from '../shared/quantities.js';
import type { FinishedRun, SkippedPath } from '../shared/trace.js';
import { html, type Html } from './html.js';
import { momentText, pageText } from './page.js';
import { figureCards, plainTable } from './plain-table.js';
import { partTable, stageTable } from './stage-tables.js';
import { traceCharts } from './trace-charts.js';

/** Failed files that are listed; more would be a list that nobody reads. */
const FAILED_SHOWN = 500;

/** The size of an index beside its source says nothing of small trees, where fixed costs decide it. */
const RATIO_FROM_BYTES = 2 ** 20;

/** What a report on a run tells beside the run itself. */
export interface RunReport {
  readonly run: FinishedRun;
  /** Skipped files, as many as are wanted; undefined where they are not known any more. */
  readonly skippedFiles: readonly SkippedPath[] | undefined;
  /** What a reason for skipping means; empty where unknown. */
  readonly meaningOf: (reason: string) => string;
  readonly version: string;
}

/** A run as a page of HTML. */
export function runPage({ run, skippedFiles, meaningOf, version }: RunReport): string {
  const { summary, trace } = run;
  const interrupted = run.outcome === 'interrupted' ? ' It was interrupted: what was committed is kept.' : '';
  return pageText({
    title: `Run ${run.id} of ${summary.root}`,
    about: `Began ${momentText(run.startedAt)}, ended ${momentText(run.finishedAt)}.${interrupted}`,
    body: html`${figureCards(figures(run))}
      <section>
        <h2>Memory, workers and throughput</h2>
        ${traceCharts(trace, 'run')}
      </section>
      <section>
        <h2>Stages</h2>
        ${stageTable([{ name: '', stages: summary.stages }])}
      </section>
      <section>
        <h2>Parts of the work</h2>
        ${partTable(summary.partsMs)}
      </section>
      <section>
        <h2>Failed files</h2>
        ${failedFiles(summary)}
      </section>
      <section>
        <h2>Skipped files</h2>
        ${skippedReasons(summary, meaningOf)} ${skippedList(summary, skippedFiles)}
      </section>
      <section>
        <h2>The run in words</h2>
        ${plainTable('', ['<what', '<value'], facts(summary))}
      </section>`,
    footer: `mind-index ${version}. Times are from the start of the run; sizes are in powers of 1024.`,
  });
}

function figures({ summary, trace, outcome }: FinishedRun) {
  const { work, workers, durationMs, peakRssBytes, indexBytes, failed } = summary;
  const limit = trace?.points.at(-1)?.limitBytes;
  const ratio = summary.bytes >= RATIO_FROM_BYTES ? `${(indexBytes / summary.bytes).toFixed(2)} of the source` : '';
  return [
    { label: 'Outcome', value: outcome, note: `in ${duration(durationMs)}` },
    { label: 'Files in the index', value: count(summary.files), note: plural(summary.chunks, 'chunk') },
    {
      label: 'Files read',
      value: count(work.added + work.changed + work.rehashed),
      note: `${count(work.unchanged)} unchanged, ${count(work.removed)} removed`,
    },
    {
      label: 'Speed',
      value: `${count(summary.filesPerSecond)} files/s`,
      note: `${bytes(rate(work.bytes, durationMs))}/s`,
    },
    {
      label: 'Peak memory',
      value: bytes(peakRssBytes),
      note: limit === undefined ? '' : `limit ${bytes(limit)}`,
    },
    {
      label: 'Workers',
      value: workers.min === workers.max ? count(workers.max) : `${workers.min} to ${workers.max}`,
      note: plural(summary.scaleEvents.length, 'decision'),
    },
    { label: 'Index', value: bytes(indexBytes), note: ratio },
    { label: 'Failed files', value: count(failed.length), note: failed.length === 0 ? 'none' : 'listed below' },
  ];
}

function facts(summary: RunSummary): string[][] {
  const { work, strategy, workers, threads } = summary;
  return [
    ['folder', summary.root],
    ['source', `${plural(summary.files, 'file')}, ${plural(summary.chunks, 'chunk')}, ${bytes(summary.bytes)}`],
    [
      'files',
      `${count(work.added)} added, ${count(work.changed)} changed, ${count(work.removed)} removed, ${count(work.unchanged)} unchanged, ${count(work.rehashed)} touched but equal`,
    ],
    ['work', strategy.kind === 'inline' ? 'main thread' : `threads, began with ${plural(strategy.workers, 'worker')}`],
    ['workers', `began with ${workers.initial}, ${workers.min} to ${workers.max}, ended with ${workers.final}`],
    [
      'threads',
      `${count(threads.started)} started, ${count(threads.recycled)} recycled, ${count(threads.lost.length)} lost`,
    ],
    ...threads.lost.map((reason) => ['thread lost', reason]),
    ['embedder', summary.embedder],
    ['digest', summary.digest],
  ];
}

function failedFiles({ failed }: RunSummary): Html {
  if (failed.length === 0) return html`<p class="note">None.</p>`;
  const more = failed.length - FAILED_SHOWN;
  return html`${plainTable(
    'They are left alone until they change.',
    ['<file', '<reason'],
    failed.slice(0, FAILED_SHOWN).map(({ path, message }) => [path, message]),
  )}
  ${more > 0 ? html`<p class="note">And ${count(more)} more.</p>` : undefined}`;
}

function skippedReasons({ skipped }: RunSummary, meaningOf: (reason: string) => string): Html {
  const reasons = Object.entries(skipped)
    .filter(([, files]) => files > 0)
    .sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1));
  if (reasons.length === 0) return html`<p class="note">None.</p>`;
  return plainTable(
    'Files of the tree that are not in the index, by reason.',
    ['<reason', 'files', '<which means'],
    reasons.map(([reason, files]) => [reason, count(files), meaningOf(reason)]),
  );
}

function skippedList({ skipped }: RunSummary, files: readonly SkippedPath[] = []): Html | undefined {
  if (files.length === 0) return undefined;
  const all = Object.values(skipped).reduce((sum, count) => sum + count, 0);
  return html`<details>
    <summary>${files.length < all ? `The first ${count(files.length)} of them` : 'All of them'}</summary>
    ${plainTable(
      'In the order of their paths.',
      ['<file', '<reason'],
      files.map(({ path, reason }) => [path, reason]),
    )}
  </details>`;
}

function rate(amount: number, ms: number): number {
  return ms > 0 ? (amount * 1000) / ms : 0;
}
