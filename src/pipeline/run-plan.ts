import { compareByPriority } from '../discovery/priority.js';
import type { Discovery } from '../discovery/walk.js';
import type { EventBus } from '../shared/events.js';
import type { FileStamp } from '../shared/model.js';
import type { FileRecord, StoreReader } from '../storage/store.js';
import { planChanges, type ChangePlan } from './change-plan.js';

/** Answers from git's index; see `GitContent`. */
export interface KnownContent {
  holds(path: string, stamp: FileStamp, oid: Uint8Array): boolean;
}

/** What a plan is made from, beside the tree. */
export interface PlanParts {
  readonly fingerprint: string;
  /** Index everything anew. */
  readonly force: boolean;
  /** Try failed files again, though they did not change. */
  readonly retryFailed: boolean;
  readonly bus: EventBus;
  readonly openReader: () => StoreReader;
  /** What git knows of the tree; asked for once, and only where stamps differ. */
  readonly openGitContent: () => KnownContent | undefined;
}

/** Decides what a run has to do, and tells it. */
export function planRun(
  { fingerprint, force, retryFailed, bus, openReader, openGitContent }: PlanParts,
  tree: Discovery,
): ChangePlan {
  const reader = openReader();
  try {
    const current = new Set(
      reader
        .segments()
        .filter((s) => s.fingerprint === fingerprint)
        .map(({ id }) => id),
    );
    // Files without a segment do not tell which settings they were judged by: the last run does.
    if (reader.settings().fingerprint === fingerprint) current.add(0);
    const isToRetry = ({ state }: FileRecord) => force || (retryFailed && state === 'failed');
    const isCurrent = (record: FileRecord) => !isToRetry(record) && current.has(record.segmentId);
    const plan = planChanges(reader.files(), tree.candidates, tree, isCurrent, sameContentBy(openGitContent));
    plan.tasks.sort(compareByPriority);
    const { added, changed, removed, unchanged, bytes } = plan;
    bus.emit('plan-ready', { added, changed, removed: removed.length, unchanged, skipped: tree.skipped.length, bytes });
    return plan;
  } finally {
    reader.close();
  }
}

/** Tells that a file of another stamp has the content of its record, as far as git knows. */
export function sameContentBy(
  openGitContent: PlanParts['openGitContent'],
): (record: FileRecord, candidate: FileStamp) => boolean {
  let opened: { readonly git: KnownContent | undefined } | undefined;
  return ({ path, gitOid, sizeBytes }, candidate) => {
    if (sizeBytes !== candidate.sizeBytes) return false;
    // Two empty files are equal; of their entries git's index cannot tell whether they were looked at.
    if (sizeBytes === 0) return true;
    if (!gitOid) return false;
    opened ??= { git: openGitContent() };
    return opened.git?.holds(path, candidate, gitOid) ?? false;
  };
}
