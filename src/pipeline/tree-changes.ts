import { hash } from 'node:crypto';
import type { Discovery } from '../discovery/walk.js';
import { isSameFailure } from '../shared/file-stamp.js';
import type { FileRecord } from '../storage/store.js';
import { planChanges } from './change-plan.js';
import { readContent } from './file-reader.js';
import type { FileTask } from './file-task.js';
import { sameContentBy, type PlanParts } from './run-plan.js';

/** How a tree differs from its index: paths in path order. */
export interface TreeChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** When the first of them came to be, in milliseconds since the epoch; undefined where nothing tells. */
  readonly sinceMs: number | undefined;
  /** Size of added and changed files. */
  readonly bytes: number;
  /** False where so many stamps differ that not all contents were compared: some of `changed` may be equal. */
  readonly isExact: boolean;
}

/** The tree that is compared. */
export interface ComparedTree extends Pick<PlanParts, 'openGitContent'> {
  readonly root: string;
  readonly maxFileBytes: number;
}

/** How much is read to tell what was only touched. */
export interface ReadLimits {
  readonly maxFiles: number;
  readonly maxBytes: number;
}

/** What a fifth of a second reads: a switch of branches and back may touch a thousand files and change none. */
export const READ_LIMITS: ReadLimits = { maxFiles: 2_000, maxBytes: 32 * 2 ** 20 };

/**
 * Compares the files that an index knows with its tree. Files whose stamps differ are read, smallest first, within `limits`: those of equal
 * content have not changed. Nor have those that only wait for more memory.
 */
export function treeChanges(
  known: readonly FileRecord[],
  discovery: Discovery,
  { root, maxFileBytes, openGitContent }: ComparedTree,
  limits: ReadLimits = READ_LIMITS,
): TreeChanges {
  const plan = planChanges(known, discovery.candidates, discovery, () => true, sameContentBy(openGitContent));
  const added = plan.tasks.filter(({ isNew }) => isNew);
  const failures = new Map(known.filter(({ state }) => state === 'failed').map((record) => [record.path, record]));
  const differing = plan.tasks
    .filter((task) => {
      const failure = failures.get(task.path);
      return !task.isNew && (failure === undefined || !isSameFailure(failure, task));
    })
    .sort((a, b) => a.sizeBytes - b.sizeBytes);
  const changed: FileTask[] = [];
  let [filesLeft, bytesLeft] = [limits.maxFiles, limits.maxBytes];
  for (const task of differing) {
    bytesLeft -= task.sizeBytes;
    if (--filesLeft < 0 || bytesLeft < 0 || !isEqual(task, root, maxFileBytes)) changed.push(task);
  }
  // Known as text once, and now too large or unreadable: its hits are out of date.
  const unfit = new Set(plan.newlySkipped.map(({ path }) => path));
  const lost = unfit.size === 0 ? [] : known.filter(({ path, state }) => state === 'indexed' && unfit.has(path));
  const times = [...added, ...changed].map(({ ctimeMs }) => ctimeMs);
  return {
    added: added.map(({ path }) => path),
    changed: [...changed, ...lost].map(({ path }) => path).sort(),
    removed: plan.removed,
    sinceMs: times.length > 0 ? times.reduce((first, time) => Math.min(first, time)) : undefined,
    bytes: [...added, ...changed].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    isExact: filesLeft >= 0 && bytesLeft >= 0,
  };
}

/** True where a file still has the content with this hash. */
export function isEqual(
  { path, knownHash }: Pick<FileTask, 'path' | 'knownHash'>,
  root: string,
  maxFileBytes: number,
): boolean {
  if (knownHash === null) return false;
  const content = readContent(root, path, maxFileBytes);
  return content.kind === 'content' && hash('sha256', content.bytes, 'buffer').equals(knownHash);
}
