import type { ExportReport, ImportReport, Manifest } from '../app/transfer.js';
import { bytes, count, plural } from './quantities.js';
import { row } from './run-report.js';
import { escapeControls } from './terminal-text.js';

const PATHS_SHOWN = 5;

/** What an export is, for people. */
export function exportText(headline: string, manifest: Manifest): string {
  const { index, settings, toolVersion, git } = manifest;
  return [
    `${headline}: ${plural(index.files, 'file')}, ${plural(index.chunks, 'chunk')}, ${bytes(index.bytes)} of source`,
    row('digest', index.digest),
    row('embedder', settings.embedder),
    row('made by', `mind-index ${toolVersion}`),
    row('commit', git === null ? 'none: not of a git repository' : commitText(git)),
    ...(index.complete ? [] : [row('state', 'not complete: a run was under way, or was interrupted')]),
  ].join('\n');
}

/** What was exported, for people. */
export function exportedText({ file, byteLength, manifest }: ExportReport): string {
  const place = file === null ? '' : ` to \`${escapeControls(file)}\``;
  return exportText(`Exported ${bytes(byteLength)}${place}`, manifest);
}

/** What was imported, for people. */
export function importedText({ indexDir, manifest, replaced }: ImportReport): string {
  const what =
    replaced === null ? '' : `, in the place of ${replaced.state === 'corrupt' ? 'a damaged index' : 'another'}`;
  return exportText(`Imported into \`${escapeControls(indexDir)}\`${what}`, manifest);
}

/** What is to be known of an export before relying on it. */
export function exportWarnings({ index, git }: Manifest): { readonly message: string; readonly hint: string }[] {
  const { added, changed, removed } = index.behind;
  const hint = 'run `mind-index` first to bring the index up to date';
  return [
    ...(index.complete ? [] : [{ message: 'the exported index is not complete', hint }]),
    ...(added + changed + removed === 0
      ? []
      : [
          {
            message: `the exported index is behind the files: ${count(added)} new, ${count(changed)} changed, ${count(removed)} deleted`,
            hint,
          },
        ]),
    ...(git === null || git.clean
      ? []
      : [{ message: `the files differ from the commit: ${differingText(git)}`, hint: '' }]),
  ];
}

function commitText(git: NonNullable<Manifest['git']>): string {
  return git.clean ? git.commit : `${git.commit}, and ${plural(git.differing, 'file')} that differ from it`;
}

function differingText({ differing, paths }: NonNullable<Manifest['git']>): string {
  const shown = paths.slice(0, PATHS_SHOWN).map((path) => `\`${escapeControls(path)}\``);
  return shown.join(', ') + (differing > shown.length ? ` and ${count(differing - shown.length)} more` : '');
}
