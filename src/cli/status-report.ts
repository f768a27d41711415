import type { IndexStatus } from '../app/inspection.js';
import type { IndexState } from '../storage/store.js';
import type { Colors } from './colors.js';
import { bytes, count, duration, plural } from './quantities.js';
import { failedRows, ratioText, row, skippedRows } from './run-report.js';
import { escapeControls } from './terminal-text.js';

/** So many paths of each kind are named. */
const BEHIND_SHOWN = 20;

/** The state of an index in a sentence, and what to do about it; an empty hint where there is nothing to do. */
export function explainState(state: IndexState): { readonly sentence: string; readonly hint: string } {
  switch (state.kind) {
    case 'missing':
      return { sentence: 'there is no index', hint: 'run `mind-index` to build it' };
    case 'building':
      return {
        sentence: `a run that began at ${state.startedAt} is under way or did not finish; what is committed can be searched`,
        hint: 'run `mind-index` to finish it; what is committed is not done again',
      };
    case 'ready':
      return { sentence: `complete since ${state.finishedAt}`, hint: '' };
    case 'stale-settings':
      return {
        sentence: `built with other settings (${state.stored}, now ${state.current})`,
        hint: 'run `mind-index` to build it anew; `mind-index config` shows the settings',
      };
    case 'newer-version':
      return {
        sentence: `written by a newer mind-index (format ${state.found}, this one knows ${state.supported})`,
        hint: 'upgrade mind-index, or build another index with `--index-dir`',
      };
    case 'corrupt':
      return {
        sentence: `damaged: ${state.detail}`,
        hint: 'run `mind-index clean`, then `mind-index`; the files themselves are not affected',
      };
  }
}

/** The status for people. */
export function statusReport(status: IndexStatus, colors: Colors, verbose: boolean): string {
  const { sentence, hint } = explainState(status.state);
  const behind = behindText(status.behind);
  const rows = [
    `Index of \`${escapeControls(status.root)}\`: ${stateColor(status.state, colors)(status.state.kind)}, ${escapeControls(sentence)}`,
    row('at', escapeControls(status.indexDir)),
    ...(hasContent(status.state) ? contentRows(status, colors, verbose) : []),
    ...(behind ? [row('behind', behind)] : []),
    ...(verbose ? behindRows(status.behindPaths, colors) : []),
  ];
  const advice = hint || (isBehind(status.behind) ? 'run `mind-index` to bring it up to date' : '');
  return advice ? [...rows, '', `${colors.faint('hint:')} ${advice}`].join('\n') : rows.join('\n');
}

function contentRows(status: IndexStatus, colors: Colors, verbose: boolean): string[] {
  const { lastRun, lineWindowLanguages } = status;
  const ratio = ratioText(status.indexBytes, status.bytes);
  return [
    row(
      'holds',
      `${plural(status.files, 'file')}, ${plural(status.chunks, 'chunk')}, ${bytes(status.bytes)} of source`,
    ),
    row('size', `${bytes(status.indexBytes)}${ratio} in ${plural(status.segments, 'segment')}`),
    row('embedder', escapeControls(status.embedder)),
    row('digest', status.digest || 'none yet'),
    ...skippedRows(status.skipped, colors),
    ...failedRows(status.failed, colors, verbose),
    ...(lastRun ? [row('last run', `${lastRun.outcome}, took ${duration(lastRun.durationMs)}`)] : []),
    ...(verbose && lineWindowLanguages.length > 0
      ? [row('by lines', `${lineWindowLanguages.join(', ')} (no grammar: split by lines)`)]
      : []),
  ];
}

function behindText(behind: IndexStatus['behind']): string {
  if (!behind) return '';
  if (!isBehind(behind)) return 'nothing: the index agrees with the files';
  const { added, changed, removed, since, atMost } = behind;
  const changedText = atMost ? `up to ${count(changed)} changed` : `${count(changed)} changed`;
  const sinceText = since ? `, since ${since}` : '';
  return `${count(added)} new, ${changedText}, ${count(removed)} deleted files${sinceText}`;
}

/** The first paths of each kind, one per line. */
function behindRows(paths: IndexStatus['behindPaths'], colors: Colors): string[] {
  const words = { added: 'new', changed: 'changed', removed: 'deleted' } as const;
  return Object.entries(paths ?? {}).flatMap(([kind, list]) =>
    list
      .slice(0, BEHIND_SHOWN)
      .map((path) => row('', `${words[kind as keyof typeof words].padEnd(8)} ${colors.path(escapeControls(path))}`)),
  );
}

/** True where a run would change something; false where the tree was not looked at. */
export function isBehind(behind: IndexStatus['behind']): boolean {
  return behind !== undefined && behind.added + behind.changed + behind.removed > 0;
}

function hasContent({ kind }: IndexState): boolean {
  return kind === 'ready' || kind === 'building' || kind === 'stale-settings';
}

function stateColor({ kind }: IndexState, colors: Colors): (text: string) => string {
  if (kind === 'ready') return colors.good;
  return kind === 'corrupt' ? colors.error : colors.warning;
}
