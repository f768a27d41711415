import type { Discovery } from '../discovery/walk.js';
import { isRacy, isUnchanged } from '../shared/file-stamp.js';
import type { Candidate } from '../shared/model.js';
import type { FileRecord, UnindexedFile } from '../storage/store.js';
import { comparePaths } from '../shared/path-order.js';
import { saysGivenUp } from './chunk-stage.js';
import type { FileTask, StampedPath } from './file-task.js';

/** What a run has to do. */
export interface ChangePlan {
  /** New and changed files, in path order. */
  readonly tasks: FileTask[];
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
 * Compares the tree with the index. All three lists come in path order and are read side by side, so that of the index
 * only one file is held at a time. A file is unchanged when its stamp is and `isCurrent` says that its content may be
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
  const isUnknown = (path: string) => unreadableDirectories.some((directory) => path.startsWith(`${directory}/`));
  const removed: string[] = [];
  const records = new RecordsInOrder(known, ({ path }) => {
    if (!isUnknown(path)) removed.push(path);
  });
  const tasks: FileTask[] = [];
  const newlySkipped: UnindexedFile[] = [];
  const restamped: StampedPath[] = [];
  const nowMs = Date.now();
  let [added, changed, unchanged, bytes] = [0, 0, 0, 0];

  const planCandidate = (candidate: Candidate) => {
    const record = records.take(candidate.path);
    const current = record !== undefined && isCurrent(record);
    if (current && !wasSkippedUnread(record) && isUnchanged(record, candidate)) {
      unchanged++;
      return;
    }
    const mayBeSame = current && record.state !== 'failed' && record.contentHash !== null && !isRacy(candidate, nowMs);
    if (mayBeSame && isSameContent(record, candidate)) {
      const { path, sizeBytes, mtimeMs, ctimeMs } = candidate;
      restamped.push({ path, sizeBytes, mtimeMs, ctimeMs });
      unchanged++;
      return;
    }
    const knownHash = current && record.state !== 'failed' ? record.contentHash : null;
    const isNew = record === undefined;
    const wasGivenUp = record?.state === 'failed' && saysGivenUp(record.reason);
    tasks.push({ ...candidate, isNew, knownHash, ...(wasGivenUp && { wasGivenUp }) });
    if (isNew) added++;
    else changed++;
    bytes += candidate.sizeBytes;
  };
  const planSkipped = ({ path, reason, sizeBytes = 0, mtimeMs = 0, ctimeMs = 0 }: Discovery['skipped'][number]) => {
    const record = records.take(path);
    if (record?.state === 'skipped' && record.reason === reason) return;
    newlySkipped.push({ path, state: 'skipped', reason, sizeBytes, mtimeMs, ctimeMs, contentHash: null });
  };

  let next = 0;
  for (const candidate of candidates) {
    while (next < skipped.length && comparePaths(skipped[next]!.path, candidate.path) < 0)
      planSkipped(skipped[next++]!);
    planCandidate(candidate);
  }
  while (next < skipped.length) planSkipped(skipped[next++]!);
  records.finish();
  return { tasks, added, changed, unchanged, restamped, bytes, removed, newlySkipped };
}

/** The files of an index, asked for in path order; those that nobody asks for are handed to `onPassed`. */
class RecordsInOrder {
  private readonly records: Iterator<FileRecord>;
  private head: FileRecord | undefined;

  constructor(
    records: Iterable<FileRecord>,
    private readonly onPassed: (record: FileRecord) => void,
  ) {
    this.records = records[Symbol.iterator]();
    this.advance();
  }

  /** The record of a path that comes after all that were asked for before. */
  take(path: string): FileRecord | undefined {
    while (this.head !== undefined) {
      const order = comparePaths(this.head.path, path);
      if (order > 0) return undefined;
      const record = this.head;
      this.advance();
      if (order === 0) return record;
      this.onPassed(record);
    }
    return undefined;
  }

  /** Passes all that is left. */
  finish(): void {
    for (; this.head !== undefined; this.advance()) this.onPassed(this.head);
  }

  private advance(): void {
    const next = this.records.next();
    this.head = next.done ? undefined : next.value;
  }
}

/** Whether a file was skipped by what it was, not by its content: as a candidate it has become something else. */
function wasSkippedUnread({ state, contentHash }: FileRecord): boolean {
  return state === 'skipped' && contentHash === null;
}
