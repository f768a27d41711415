import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CheckedOut } from '../discovery/git-state.js';
import type { Discovery } from '../discovery/walk.js';
import { planChanges } from '../pipeline/change-plan.js';
import { readContent } from '../pipeline/file-reader.js';
import type { Behind } from '../pipeline/index-status.js';
import type { StoreReader } from '../storage/store.js';
import type { GitState } from './manifest.js';

/** Differing paths that a manifest names. */
const NAMED_PATHS = 100;

/**
 * How far the tree has moved on from the index, by content: a file with another stamp is read, since an index that was just
 * checked out, imported or copied knows no stamps.
 */
export function behindByContent(reader: StoreReader, discovery: Discovery, root: string, maxFileBytes: number): Behind {
  const plan = planChanges(reader.files(), discovery.candidates, discovery, () => true);
  let { changed } = plan;
  for (const { path, isNew, knownHash } of plan.tasks) {
    if (isNew || knownHash === null) continue;
    const content = readContent(join(root, path), maxFileBytes);
    if (content.kind === 'skip') continue;
    if (createHash('sha256').update(content.bytes).digest().equals(knownHash)) changed--;
  }
  return { added: plan.added, changed, removed: plan.removed.length };
}

/** What differs from the commit, as far as an index cares: files that it would skip anyway are not counted. */
export function gitState(checkedOut: CheckedOut | undefined, { skipped }: Pick<Discovery, 'skipped'>): GitState | null {
  if (checkedOut === undefined) return null;
  const ignored = new Set(skipped.map(({ path }) => path));
  const paths = checkedOut.differing.filter((path) => !ignored.has(path));
  const { commit } = checkedOut;
  return { commit, clean: paths.length === 0, differing: paths.length, paths: paths.slice(0, NAMED_PATHS) };
}
