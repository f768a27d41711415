import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Discovery } from '../discovery/walk.js';
import type { StoreReader } from '../storage/store.js';
import { planChanges } from './change-plan.js';
import { readContent } from './file-reader.js';
import type { Behind } from './index-status.js';

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
