import { isAbsolute, join, relative } from 'node:path';
import { siblingFolders } from '../discovery/worktrees.js';
import type { EventBus } from '../shared/events.js';
import type { CopySources } from '../storage/index-copy.js';
import { verifySqliteStore } from '../storage/sqlite-verify.js';
import { verifyReader } from './verify-index.js';

/** The tree that has no index yet. */
export interface NewTree {
  readonly root: string;
  readonly indexDir: string;
  readonly fingerprint: string;
  readonly bus: EventBus;
}

/**
 * The indexes of other working trees that a new one may begin from, each where it is in its tree what `indexDir` is here.
 * Undefined where the index lives outside of the tree: then nobody knows where the others are.
 */
export function worktreeCopies({ root, indexDir, fingerprint, bus }: NewTree): CopySources | undefined {
  const place = relative(root, indexDir);
  if (place === '' || place.startsWith('..') || isAbsolute(place)) return undefined;
  const folders = new Map(siblingFolders(root).map((folder) => [join(folder, place), folder]));
  if (folders.size === 0) return undefined;
  const startedMs = performance.now();
  return {
    indexDirs: [...folders.keys()],
    fingerprint,
    problemsOf: (reader) => verifyReader(reader, { storeProblems: () => verifySqliteStore(reader) }).problems,
    onCopied: (dir) => bus.emit('index-copied', { from: folders.get(dir)!, tookMs: performance.now() - startedMs }),
    onRefused: (dir, reason) =>
      bus.emit('warning', {
        message: `the index of the worktree \`${folders.get(dir)!}\` cannot be used: ${reason}; this one is built without it`,
        hint: 'run `mind-index verify` there; `--no-worktree-copy` leaves such indexes alone',
      }),
  };
}
