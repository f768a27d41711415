import type { FailedSince } from '../pipeline/failed-files.js';
import type { Colors } from './colors.js';
import { plural } from './quantities.js';
import { escapeControls } from './terminal-text.js';

/** The files that failed, each with its reason and since when, for people. */
export function failedReport(failed: readonly FailedSince[], colors: Colors): string {
  if (failed.length === 0) return 'No file failed';
  return [
    `${plural(failed.length, 'file')} failed and ${failed.length === 1 ? 'is' : 'are'} left out of the index:`,
    ...failed.flatMap(({ path, message, since, run, orEarlier }) => [
      `  ${colors.path(escapeControls(path))}: ${escapeControls(message)}`,
      colors.faint(`    since ${since} (run ${run})${orEarlier ? ' or earlier' : ''}`),
    ]),
    '',
    `${colors.faint('hint:')} a file is tried again when it changes, one that had too little memory in every run; \`mind-index --retry-failed\` tries all of them now`,
  ].join('\n');
}
