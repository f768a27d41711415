import { describe, expect, it } from 'vitest';
import type { Discovery } from '../../../src/discovery/walk.js';
import { treeChanges } from '../../../src/pipeline/tree-changes.js';
import { UNKNOWN_MTIME_MS } from '../../../src/shared/file-stamp.js';
import type { FileRecord } from '../../../src/storage/store.js';

const STAMP = { sizeBytes: 10, mtimeMs: 1_000.5, ctimeMs: 2_000.25 };
/** A file that failed for want of memory: its stamp is not kept. */
const FAILED: FileRecord = {
  ...{ path: 'melon.c', ...STAMP, mtimeMs: UNKNOWN_MTIME_MS, state: 'failed', reason: 'it needs more memory' },
  ...{ contentHash: null, digest: null, chunkCount: 0, segmentId: 0, ordinal: 0 },
};

function changedWhere(stamp: Partial<typeof STAMP>): readonly string[] {
  const discovery: Discovery = {
    candidates: [{ path: 'melon.c', ...STAMP, ...stamp, fileClass: 'source' }],
    ...{ skipped: [], usedGit: false, warnings: [], unreadableDirectories: [], footprint: undefined },
  };
  const tree = { root: '/nowhere', maxFileBytes: 100, openGitContent: () => undefined };
  return treeChanges([FAILED], discovery, tree).changed;
}

describe('a file that waits for more memory', () => {
  it('has not changed, though the next run tries it again', () => {
    expect(changedWhere({})).toEqual([]);
  });

  it('has changed where its stamp is another', () => {
    expect(changedWhere({ ctimeMs: 2_001 })).toEqual(['melon.c']);
    expect(changedWhere({ sizeBytes: 11 })).toEqual(['melon.c']);
  });
});
