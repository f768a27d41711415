import { createReadStream, createWriteStream, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { CheckedOut } from '../discovery/git-state.js';
import type { Discovery } from '../discovery/walk.js';
import { readContents } from '../pipeline/index-contents.js';
import { behindOf } from '../pipeline/index-status.js';
import type { KnownContent } from '../pipeline/run-plan.js';
import { treeChanges } from '../pipeline/tree-changes.js';
import { errors, isSystemError } from '../shared/errors.js';
import type { EventBus } from '../shared/events.js';
import type { SqliteReader } from '../storage/sqlite-reader.js';
import { syncDirectory } from '../storage/index-directory.js';
import { forgetMachine, snapshotIndex } from '../storage/sqlite-snapshot.js';
import { progressOf } from './export-steps.js';
import { exportBytes } from './export-writer.js';
import { fileList } from './file-list.js';
import { ManifestError, settingTexts, type Manifest, type SettingTexts } from './manifest.js';
import { spoolSection, type SpooledSection } from './section-writer.js';
import { gitState } from './tree-state.js';
import { WORK_FILES, temporaryWorkFolder, workFolderBeside } from './work-folder.js';

/** Where an export goes: the file that is named, one in a folder named after what is exported, or a stream. */
export type ExportTarget =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'stream'; readonly stream: NodeJS.WritableStream };

/** What an export is made of; `app` puts it together. */
export interface ExportParts {
  readonly root: string;
  readonly indexDir: string;
  readonly maxFileBytes: number;
  readonly toolVersion: string;
  readonly target: ExportTarget;
  readonly bus: EventBus;
  readonly discover: () => Promise<Discovery>;
  readonly openGitContent: () => KnownContent | undefined;
  readonly readCheckedOut: () => Promise<CheckedOut | undefined>;
  /** Opens the index in a folder for reading. */
  readonly openReader: (indexDir: string) => SqliteReader;
  /** Runs work that ends by itself when the signal is aborted. */
  readonly interruptible: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
}

/** What was exported. */
export interface ExportReport {
  /** Absolute path; null where it went to a stream. */
  readonly file: string | null;
  readonly byteLength: number;
  readonly manifest: Manifest;
}

const DIGITS_IN_NAME = 12;

/**
 * The story of an export: copy one generation of the index, look how it stands to the tree, compress, put together. Nothing
 * is held in memory but what a file list of the tree takes, and the target appears whole or not at all.
 */
export async function exportIndex(parts: ExportParts): Promise<ExportReport> {
  const { target } = parts;
  // Also tells a missing, damaged or newer index before anything is written.
  const digest = nameDigest(parts);
  const [discovery, checkedOut] = await Promise.all([parts.discover(), parts.readCheckedOut()]);
  const git = gitState(checkedOut, discovery);
  const name = `${folderName(parts.root)}-${git?.clean ? git.commit.slice(0, DIGITS_IN_NAME) : digest}.mindx`;
  const file =
    target.kind === 'stream' ? null : resolve(target.kind === 'file' ? target.path : join(target.path, name));
  try {
    if (file !== null) refuseDirectory(file);
    const work = file === null ? temporaryWorkFolder() : workFolderBeside(file);
    try {
      const snapshot = join(work.path, WORK_FILES.snapshot);
      parts.bus.emit('transfer-progress', { step: 'snapshot', bytesDone: 0, bytesTotal: 0 });
      snapshotIndex(parts.indexDir, snapshot);
      const described = describe(parts, work.path, discovery, git);
      forgetMachine(snapshot);
      return await parts.interruptible(async (signal) => {
        const sections = await spoolSections(parts, work.path, signal);
        return write(parts, { file, workFolder: work.path, described, sections }, signal);
      });
    } finally {
      work.remove();
    }
  } catch (error) {
    throw outputFailure(file ?? 'the standard output', error);
  }
}

function nameDigest({ indexDir, openReader }: ExportParts): string {
  const reader = openReader(indexDir);
  try {
    return readContents(reader, reader.settings().fingerprint).digest.slice(0, DIGITS_IN_NAME);
  } finally {
    reader.close();
  }
}

/** The folder's name without what a file name should not have; the root of a file system has none. */
function folderName(root: string): string {
  return (
    basename(root)
      .replace(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^[.-]+/, '') || 'index'
  );
}

function describe(
  { root, maxFileBytes, toolVersion, openReader, openGitContent }: ExportParts,
  workFolder: string,
  discovery: Discovery,
  git: Manifest['git'],
): Omit<Manifest, 'sections'> {
  const reader = openReader(workFolder);
  try {
    const { fingerprint, embedder, values, isComplete } = reader.origin();
    const { files, chunks, bytes } = reader.totals();
    const tree = { root, maxFileBytes, openGitContent };
    const changes = treeChanges([...reader.files()], discovery, tree, { maxFiles: Infinity, maxBytes: Infinity });
    const { added, changed, removed } = behindOf(changes);
    return {
      toolVersion,
      git,
      settings: { fingerprint, embedder, values: readSettings(values) },
      index: {
        digest: readContents(reader, fingerprint).digest,
        complete: isComplete,
        behind: { added, changed, removed },
        ...{ files, chunks, bytes },
      },
    };
  } finally {
    reader.close();
  }
}

/** The settings that an index tells of; null for one that was written before it told them. */
function readSettings(json: string | undefined): SettingTexts | null {
  if (json === undefined) return null;
  try {
    return settingTexts(JSON.parse(json) as Record<string, unknown>);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof ManifestError || error instanceof TypeError) return null;
    throw error;
  }
}

async function spoolSections(
  { bus, openReader }: ExportParts,
  workFolder: string,
  signal: AbortSignal,
): Promise<readonly SpooledSection[]> {
  const reader = openReader(workFolder);
  let files: SpooledSection;
  try {
    files = await spoolSection('files', fileList(reader), join(workFolder, WORK_FILES.files), signal);
  } finally {
    reader.close();
  }
  const snapshot = join(workFolder, WORK_FILES.snapshot);
  const bytesTotal = statSync(snapshot).size;
  const database = await spoolSection(
    'database',
    createReadStream(snapshot),
    join(workFolder, WORK_FILES.database),
    signal,
    (bytesDone) => bus.emit('transfer-progress', { step: 'compress', bytesDone, bytesTotal: bytesTotal }),
  );
  return [files, database];
}

interface Written {
  readonly file: string | null;
  readonly workFolder: string;
  readonly described: Omit<Manifest, 'sections'>;
  readonly sections: readonly SpooledSection[];
}

async function write(
  { bus, target }: ExportParts,
  { file, workFolder, described, sections }: Written,
  signal: AbortSignal,
): Promise<ExportReport> {
  // The snapshot is not needed any more: three copies of an index need not lie on the disk at once.
  for (const name of readdirSync(workFolder)) {
    if (name.startsWith(WORK_FILES.snapshot)) rmSync(join(workFolder, name), { force: true });
  }
  let byteLength = 0;
  const bytesTotal = sections.reduce((sum, { entry }) => sum + entry.storedBytes, 0);
  const counted = async function* () {
    for await (const bytes of exportBytes(described, sections, progressOf(bus, 'write', bytesTotal))) {
      byteLength += bytes.byteLength;
      yield bytes;
    }
  };
  if (target.kind === 'stream') await pipeline(counted, target.stream, { signal, end: false });
  else {
    const whole = join(workFolder, WORK_FILES.whole);
    await pipeline(counted, createWriteStream(whole, { flags: 'wx', mode: 0o600, flush: true }), { signal });
    renameSync(whole, file!);
    syncDirectory(dirname(file!));
  }
  return { file, byteLength, manifest: { ...described, sections: sections.map(({ entry }) => entry) } };
}

function refuseDirectory(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw errors.exportNotWritable(file, 'it is a folder');
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'its folder does not exist'],
  ['ENOTDIR', 'a file stands where a folder is needed'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'its file system is read-only'],
  ['ENOSPC', 'no space left on the device'],
  ['EDQUOT', 'no space left on the device'],
  ['EFBIG', 'the file system takes no file of that size'],
]);

function outputFailure(file: string, error: unknown): unknown {
  if (error instanceof Error && error.name === 'AbortError') return errors.transferInterrupted('export', error);
  if (!isSystemError(error)) return error;
  const reason = REASONS.get(error.code ?? '');
  return reason === undefined ? error : errors.exportNotWritable(file, reason, error);
}
