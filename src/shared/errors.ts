import { wholeMebibytes } from './quantities.js';

/**
 * Exit codes of the command line: 0 fine, 1 work failed, 2 wrong use or config, 3 failed files under `--strict`, 4 stale (an
 * index or export is sound, but does not agree with the files or the settings here), 5 corrupt, 130 interrupted.
 */
export type ExitCode = 1 | 2 | 3 | typeof EXIT_STALE | typeof EXIT_CORRUPT | 130;

/** Sound, but not of these files or these settings: to be brought up to date or built anew. */
export const EXIT_STALE = 4;

/** Damaged: an index is to be built anew, an export to be copied again. */
export const EXIT_CORRUPT = 5;

/** An error meant for people: what happened, where, and (as a hint) what to do about it. */
export class MindIndexError extends Error {
  override readonly name = 'MindIndexError';

  constructor(
    /** Stable identifier in kebab-case, for programs. */
    readonly code: string,
    message: string,
    readonly hint: string,
    readonly exitCode: ExitCode,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/** True for Node's system errors, which carry a `code` such as `ENOENT`; ours have codes of their own. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  if (!(error instanceof Error) || error instanceof MindIndexError) return false;
  return typeof (error as NodeJS.ErrnoException).code === 'string';
}

/** Longest part of a value that a sentence repeats: enough to recognise it. */
const SHOWN_CHARACTERS = 200;

function clipped(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

/** The one place where sentences about failures are made: one factory per failure. */
export const errors = {
  pathMissing: (path: string) =>
    new MindIndexError('path-missing', `\`${path}\` does not exist`, 'check the spelling of the path', 2),
  pathNotDirectory: (path: string) =>
    new MindIndexError(
      'path-not-directory',
      `\`${path}\` is not a directory`,
      'name the directory that holds the file; `--include` narrows what is indexed',
      2,
    ),
  pathNotReadable: (path: string, cause?: unknown) =>
    new MindIndexError(
      'path-not-readable',
      `\`${path}\` cannot be read: permission denied`,
      'run as a user who may read and enter this directory',
      1,
      cause,
    ),
  pathUnusable: (path: string, cause: NodeJS.ErrnoException) =>
    new MindIndexError(
      'path-unusable',
      `\`${path}\` cannot be opened: ${cause.code ?? cause.message}`,
      'name a directory that can be listed',
      1,
      cause,
    ),
  configFilesAmbiguous: (paths: readonly string[]) =>
    new MindIndexError(
      'config-files-ambiguous',
      `more than one config file: ${paths.map((path) => `\`${path}\``).join(', ')}`,
      'keep one of them, or name one with `--config`',
      2,
    ),
  configFileUnreadable: (path: string, cause?: unknown) =>
    new MindIndexError(
      'config-file-unreadable',
      `the config file \`${path}\` cannot be read`,
      'check that it exists, is a file, and may be read',
      2,
      cause,
    ),
  configFileInvalid: (path: string, detail: string, cause?: unknown) =>
    new MindIndexError(
      'config-file-invalid',
      `the config file \`${path}\` is not valid: ${detail}`,
      'write an object of settings, such as `{ "workers": 4 }`; `mind-index config` lists them',
      2,
      cause,
    ),
  settingUnknown: (name: string, source: string, nearest: string | undefined) =>
    new MindIndexError(
      'setting-unknown',
      `\`${clipped(name)}\` (${source}) is not a setting`,
      `${nearest ? `did you mean \`${nearest}\`? ` : ''}\`mind-index config\` lists all settings`,
      2,
    ),
  settingNotFromFile: (key: string, file: string, variable: string) =>
    new MindIndexError(
      'setting-not-from-file',
      `\`${key}\` must not be set by a file in the tree (file \`${file}\`)`,
      `set the variable \`${variable}\` instead`,
      2,
    ),
  settingInvalid: (key: string, source: string, value: unknown, allowed: string) =>
    new MindIndexError(
      'setting-invalid',
      `\`${key}\` (${source}) must not be \`${clipped(typeof value === 'string' ? value : String(JSON.stringify(value)))}\` (${Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value})`,
      `allowed: ${allowed}`,
      2,
    ),
  usage: (message: string, hint: string) => new MindIndexError('usage', message, hint, 2),
  indexNotFoundAbove: (folder: string) =>
    new MindIndexError(
      'index-missing',
      `no index for \`${folder}\`, nor for a folder above it`,
      'run `mind-index` there to build one; `--root` and `--index-dir` name others',
      1,
    ),
  queryEmpty: (query: string) =>
    new MindIndexError(
      'query-empty',
      query.trim() === '' ? 'the query is empty' : `the query \`${query}\` has no word to search for`,
      'search for words, such as `mind-index search "parse config file"`',
      2,
    ),
  segmentCorrupt: (detail: string) =>
    new MindIndexError(
      'segment-corrupt',
      `a segment of the index is corrupt: ${detail}`,
      'build the index anew with `mind-index --force`',
      EXIT_CORRUPT,
    ),
  modelDamaged: (detail: string, cause?: unknown) =>
    new MindIndexError(
      'model-damaged',
      `the embedding model of this installation cannot be used: ${detail}`,
      'install mind-index again, or build an index without vectors: `mind-index --embedder none`',
      1,
      cause,
    ),
  indexLocked: (indexDir: string, holder: string) =>
    new MindIndexError(
      'index-locked',
      `\`${indexDir}\` is being written by another run: ${holder}`,
      'wait until that run ends, or stop it; a lock whose process died is taken over by itself',
      1,
    ),
  indexNotWritable: (indexDir: string, reason: string, cause?: unknown) =>
    new MindIndexError(
      'index-not-writable',
      `the index directory \`${indexDir}\` cannot be written: ${reason}`,
      'choose another directory with `--index-dir`, or correct its permissions',
      1,
      cause,
    ),
  indexNotReadable: (indexDir: string, reason: string, cause?: unknown) =>
    new MindIndexError(
      'index-not-readable',
      `the index in \`${indexDir}\` cannot be read: ${reason}`,
      'run as a user who may read this directory; an index on read-only media must have been closed by its writer first',
      1,
      cause,
    ),
  indexMissing: (indexDir: string) =>
    new MindIndexError(
      'index-missing',
      `there is no index in \`${indexDir}\``,
      'build it with `mind-index <path>`; `--index-dir` names an index that is kept elsewhere',
      1,
    ),
  indexCorrupt: (indexDir: string, detail: string, cause?: unknown) =>
    new MindIndexError(
      'index-corrupt',
      `the index in \`${indexDir}\` is damaged: ${detail}`,
      'build it anew with `mind-index --force`; the source is not affected',
      EXIT_CORRUPT,
      cause,
    ),
  indexNewerVersion: (indexDir: string, found: number, supported: number) =>
    new MindIndexError(
      'index-newer-version',
      `the index in \`${indexDir}\` has format ${found}, this mind-index reads formats up to ${supported}`,
      'upgrade mind-index, or build an index of your own with `--index-dir`',
      1,
    ),
  indexOlderVersion: (indexDir: string, found: number, supported: number) =>
    new MindIndexError(
      'index-older-version',
      `the index in \`${indexDir}\` has format ${found}, this mind-index reads format ${supported}`,
      'run `mind-index <path>` once: it brings the index up to date',
      1,
    ),
  indexDirForeign: (indexDir: string, foreign: readonly string[]) =>
    new MindIndexError(
      'index-dir-foreign',
      `\`${indexDir}\` holds files that are not of an index: ${foreign.map((name) => `\`${name}\``).join(', ')}`,
      'an index needs a directory of its own; name an empty or a new one with `--index-dir`',
      2,
    ),
  indexDirLinked: (indexDir: string) =>
    new MindIndexError(
      'index-dir-linked',
      `\`${indexDir}\` is a symbolic link, which the tree or its config file may have brought along`,
      'name the directory that it leads to with `--index-dir`, if that is where the index belongs',
      2,
    ),
  indexDirOutside: (indexDir: string, file: string) =>
    new MindIndexError(
      'index-dir-outside',
      `\`indexDir\` (${file}) must not be \`${clipped(indexDir)}\`, which leads out of the tree`,
      'say so with `--index-dir` or `MIND_INDEX_INDEX_DIR`: a tree must not decide where files are written',
      2,
    ),
  indexBusy: (indexDir: string, cause?: unknown) =>
    new MindIndexError(
      'index-busy',
      `another program keeps the database in \`${indexDir}\` locked`,
      'close programs that have `index.db` open, such as a database browser, and run again',
      1,
      cause,
    ),
  indexChanged: (indexDir: string) =>
    new MindIndexError(
      'index-changed',
      `the index in \`${indexDir}\` was rewritten while it was read`,
      'ask again: the next answer comes from the new state',
      1,
    ),
  indexIo: (indexDir: string, detail: string, cause?: unknown) =>
    new MindIndexError(
      'index-io',
      `the file system failed under the index in \`${indexDir}\`: ${detail}`,
      'keep the index on a local disk with `--index-dir`, and check that disk',
      1,
      cause,
    ),
  diskFull: (indexDir: string, cause?: unknown) =>
    new MindIndexError(
      'disk-full',
      `no space left on the device that holds \`${indexDir}\``,
      'everything committed so far is kept: free some space and run again to continue, or use `--index-dir` on another disk',
      1,
      cause,
    ),
  exportDamaged: (file: string, detail: string, cause?: unknown) =>
    new MindIndexError(
      'export-damaged',
      `the export \`${file}\` is damaged: ${detail}`,
      'copy or download it again, or make it anew with `mind-index export`',
      EXIT_CORRUPT,
      cause,
    ),
  exportNewerVersion: (file: string, found: number, supported: number) =>
    new MindIndexError(
      'export-newer-version',
      `the export \`${file}\` has format ${found}, this mind-index reads formats up to ${supported}`,
      'upgrade mind-index, or make the export with this version',
      1,
    ),
  exportOtherSettings: (file: string, differences: readonly string[]) =>
    new MindIndexError(
      'export-other-settings',
      `the export \`${file}\` was made with other settings: ${differences.join('; ')}`,
      'import it with the settings it was made with, or build the index here with `mind-index`',
      EXIT_STALE,
    ),
  exportNotReadable: (file: string, reason: string, cause?: unknown) =>
    new MindIndexError(
      'export-not-readable',
      `the export \`${file}\` cannot be read: ${reason}`,
      'name a file that `mind-index export` made, and check that it may be read',
      1,
      cause,
    ),
  exportNotWritable: (path: string, reason: string, cause?: unknown) =>
    new MindIndexError(
      'export-not-writable',
      `\`${path}\` cannot be written: ${reason}`,
      'name another place with `--output`, or correct its permissions',
      1,
      cause,
    ),
  exportUnderWay: (path: string, cause?: unknown) =>
    new MindIndexError(
      'export-under-way',
      `\`${path}\` is being written by another export`,
      'wait until it ends, or name another file with `--output`',
      1,
      cause,
    ),
  transferInterrupted: (what: 'export' | 'import' | 'verification', cause?: unknown) =>
    new MindIndexError('interrupted', `the ${what} was interrupted`, 'nothing was changed: run it again', 130, cause),
  writerThreadLost: (reason: string, cause?: unknown) =>
    new MindIndexError(
      'writer-thread-lost',
      `the thread that writes the index stopped: ${reason}`,
      'everything committed so far is kept: run again to continue',
      1,
      cause,
    ),
  noFinishedRun: (indexDir: string) =>
    new MindIndexError(
      'run-missing',
      `no run of the index in \`${indexDir}\` has come to its end`,
      'run `mind-index` to finish it; what is committed is not done again',
      1,
    ),
  runUnfinished: (id: number) =>
    new MindIndexError(
      'run-unfinished',
      `run ${id} is under way or was killed: nothing is kept of it but its start`,
      '`mind-index status --run list` shows the runs that came to their end',
      1,
    ),
  runUnknown: (name: string) =>
    new MindIndexError(
      'run-unknown',
      `there is no run \`${name}\``,
      'give `last`, `list`, or an id that `mind-index status --run list` shows; a folder stands before `--run`',
      2,
    ),
  reportNotWritable: (path: string, reason: string, cause?: unknown) =>
    new MindIndexError(
      'report-not-writable',
      `the report \`${path}\` cannot be written: ${reason}`,
      'name a file in a directory that exists and that you may write to',
      1,
      cause,
    ),
  poolClosed: () =>
    new MindIndexError(
      'pool-closed',
      'the task was not started because the worker pool is shutting down',
      'run the command again: work that was committed is kept',
      1,
    ),
  memoryShort: (rssBytes: number, ceilingBytes: number) =>
    new MindIndexError(
      'memory-short',
      `it needs more memory than is left: the process came to ${wholeMebibytes(rssBytes)} and may take ${wholeMebibytes(ceilingBytes)}`,
      'raise `--max-memory`, or exclude the file',
      1,
    ),
  memoryLimitTooSmall: (limitBytes: number, neededBytes: number, reason: string) =>
    new MindIndexError(
      'memory-limit-too-small',
      `the memory limit of ${wholeMebibytes(limitBytes)} is too small: at least ${wholeMebibytes(neededBytes)} are needed for ${reason}`,
      `raise \`--max-memory\` or the limit of the container to ${wholeMebibytes(neededBytes)} or more; nothing was indexed`,
      2,
    ),
  threadsCannotStart: (failures: number, detail: string) =>
    new MindIndexError(
      'threads-cannot-start',
      `worker threads cannot start: ${failures} in a row died while booting (${detail})`,
      'check that the installation is complete and that there is memory left, or raise `--max-memory`',
      1,
    ),
  benchScenarioUnknown: (name: string, known: readonly string[]) =>
    new MindIndexError(
      'bench-scenario-unknown',
      `there is no scenario \`${name}\``,
      `name some of ${known.map((scenario) => `\`${scenario}\``).join(', ')}; \`*\` at the end matches any rest`,
      2,
    ),
  benchNothingToMeasure: (root: string) =>
    new MindIndexError(
      'bench-nothing-to-measure',
      `no file in \`${root}\` would be indexed`,
      'name a tree with source files, or no path for the generated corpus',
      2,
    ),
  benchValueInvalid: (option: string, value: string, allowed: string) =>
    new MindIndexError('bench-value-invalid', `\`${option}\` does not take \`${value}\``, `give ${allowed}`, 2),
  benchReportUnreadable: (path: string, cause?: unknown) =>
    new MindIndexError(
      'bench-report-unreadable',
      `\`${path}\` is not a report of \`mind-index bench\``,
      'make one with `mind-index bench --output <file>`',
      2,
      cause,
    ),
  benchReportsDiffer: (difference: string) =>
    new MindIndexError(
      'bench-reports-differ',
      `the reports cannot be compared: ${difference}`,
      'measure both on the same machine with the same corpus',
      2,
    ),
  benchProcessFailed: (command: string, code: number | null, stderr: string) =>
    new MindIndexError(
      'bench-process-failed',
      `\`node ${command}\` ended with ${code === null ? 'a signal' : `code ${code}`}${stderr === '' ? '' : `: ${stderr}`}`,
      'run the command by itself to see what is wrong',
      1,
    ),
  benchInterrupted: (cause?: unknown) =>
    new MindIndexError(
      'bench-interrupted',
      'the benchmark was interrupted',
      'nothing was measured to its end',
      130,
      cause,
    ),
  benchRegression: (regressions: readonly string[]) =>
    new MindIndexError(
      'bench-regression',
      `worse than before beyond noise: ${regressions.join('; ')}`,
      'run both again with more `--repeat` on a quiet machine before looking for the cause',
      1,
    ),
} as const;
