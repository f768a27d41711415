import type { Discovery } from '../discovery/walk.js';
import { isRacy, isUnchanged } from '../shared/file-stamp.js';
import type { Candidate } from '../shared/model.js';
import type { FileRecord, UnindexedFile } from '../storage/store.js';
import type { FileTask, StampedPath } from './file-task.js';

/** What a run has to do. */
export interface ChangePlan {
  /** New and changed files, in the order of the candidates. */
  readonly tasks: readonly FileTask[];
  readonly added: number;
  readonly changed: number;
  /** Files that need not be read. */
  readonly unchanged: number;
  /** Those of them that have another stamp than the index says; it is to be renewed. */
  readonly restamped: readonly StampedPath[];
  readonly bytes: number;
  /** Known paths that are gone. */
  readonly removed: readonly string[];
  /** Files found unfit by discovery of which the store does not know it yet. */
  readonly newlySkipped: readonly UnindexedFile[];
}

/**
 * Compares the tree with the index. A file is unchanged when its stamp is and `isCurrent` says that its content may be
 * kept. Files with another stamp are read, unless `isSameContent` tells that this is not needed; those whose content hash
 * is still the same only get their new stamp. Failed files are tried again when they change. What lies below an
 * unreadable directory is unknown, not gone.
 */
export function planChanges(
  known: Iterable<FileRecord>,
  candidates: readonly Candidate[],
  { skipped, unreadableDirectories }: Pick<Discovery, 'skipped' | 'unreadableDirectories'>,
  isCurrent: (record: FileRecord) => boolean,
  /** Whether a file of another stamp has the content of the record for certain; asked as seldom as possible. */
  isSameContent: (record: FileRecord, candidate: Candidate) => boolean = () => false,
): ChangePlan {
  const records = new Map<string, FileRecord>();
  for (const record of known) records.set(record.path, record);
  const tasks: FileTask[] = [];
  const restamped: StampedPath[] = [];
  const nowMs = Date.now();
  let [added, changed, unchanged, bytes] = [0, 0, 0, 0];

  for (const candidate of candidates) {
    const record = records.get(candidate.path);
    records.delete(candidate.path);
    const current = record !== undefined && isCurrent(record);
    if (current && !wasSkippedUnread(record) && isUnchanged(record, candidate)) {
      unchanged++;
      continue;
    }
    const mayBeSame = current && record.state !== 'failed' && record.contentHash !== null && !isRacy(candidate, nowMs);
    if (mayBeSame && isSameContent(record, candidate)) {
      const { path, sizeBytes, mtimeMs, ctimeMs } = candidate;
      restamped.push({ path, sizeBytes, mtimeMs, ctimeMs });
      unchanged++;
      continue;
    }
    const knownHash = current && record.state !== 'failed' ? record.contentHash : null;
    const { path, sizeBytes, mtimeMs, ctimeMs } = candidate;
    const isNew = record === undefined;
    tasks.push({ path, sizeBytes, mtimeMs, ctimeMs, isNew, knownHash });
    if (isNew) added++;
    else changed++;
    bytes += sizeBytes;
  }

  const newlySkipped: UnindexedFile[] = [];
  for (const { path, reason, sizeBytes = 0, mtimeMs = 0, ctimeMs = 0 } of skipped) {
    const record = records.get(path);
    records.delete(path);
    if (record?.state === 'skipped' && record.reason === reason) continue;
    newlySkipped.push({ path, state: 'skipped', reason, sizeBytes, mtimeMs, ctimeMs, contentHash: null });
  }
  const isUnknown = (path: string) => unreadableDirectories.some((directory) => path.startsWith(`${directory}/`));
  const removed = [...records.keys()].filter((path) => !isUnknown(path));
  return { tasks, added, changed, unchanged, restamped, bytes, removed, newlySkipped };
}

/** Whether a file was skipped by what it was, not by its content: as a candidate it has become something else. */
function wasSkippedUnread({ state, contentHash }: FileRecord): boolean {
  return state === 'skipped' && contentHash === null;
}
