import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planChanges } from '../../../src/pipeline/change-plan.js';
import { UNKNOWN_MTIME_MS } from '../../../src/shared/file-stamp.js';
import type { Candidate, SkipReason } from '../../../src/shared/model.js';
import { comparePaths } from '../../../src/shared/path-order.js';
import type { FileRecord } from '../../../src/storage/store.js';

const HASH = new Uint8Array(32).fill(7);
const STAMP = { sizeBytes: 10, mtimeMs: 1_000.5, ctimeMs: 2_000.25 };
const NOTHING_SKIPPED = { skipped: [], unreadableDirectories: [] };
const always = () => true;

function record(path: string, more: Partial<FileRecord> = {}): FileRecord {
  const place = { chunkCount: 1, segmentId: 1, ordinal: 0 };
  return { path, ...STAMP, state: 'indexed', reason: '', contentHash: HASH, digest: HASH, ...place, ...more };
}

function skippedRecord(path: string, reason: SkipReason, more: Partial<FileRecord> = {}): FileRecord {
  return record(path, { state: 'skipped', reason, digest: null, chunkCount: 0, segmentId: 0, ...more });
}

function candidate(path: string, more: Partial<Candidate> = {}): Candidate {
  return { path, ...STAMP, fileClass: 'source', ...more };
}

describe('the plan of changes', () => {
  it('leaves files alone whose stamp is the same', () => {
    const plan = planChanges([record('apple.ts')], [candidate('apple.ts')], NOTHING_SKIPPED, always);
    expect(plan).toEqual({
      ...{ tasks: [], added: 0, changed: 0, unchanged: 1, bytes: 0 },
      ...{ restamped: [], removed: [], newlySkipped: [] },
    });
  });

  it('renews the stamp of a file that is known to be equal otherwise, unless it has only just been written', () => {
    const younger = { mtimeMs: 1_001 };
    const known = [record('apple.ts'), record('pear.ts'), record('plum.ts', { state: 'failed', contentHash: null })];
    const current = known.map(({ path }) => candidate(path, younger));
    const isApple = ({ path }: FileRecord) => path === 'apple.ts' || path === 'plum.ts';
    const plan = planChanges(known, current, NOTHING_SKIPPED, always, isApple);
    expect(plan).toMatchObject({ restamped: [{ path: 'apple.ts', ...STAMP, ...younger }], unchanged: 1, changed: 2 });
    expect(plan.tasks.map(({ path }) => path)).toEqual(['pear.ts', 'plum.ts']);
    const justNow = [candidate('apple.ts', { mtimeMs: Date.now() + 1000 })];
    expect(planChanges(known, justNow, NOTHING_SKIPPED, always, isApple)).toMatchObject({ restamped: [], changed: 1 });
  });

  it('reads a file again when any part of its stamp differs, and tells what is known of it', () => {
    for (const change of [{ sizeBytes: 11 }, { mtimeMs: 1_001 }, { ctimeMs: 2_001 }]) {
      const plan = planChanges([record('apple.ts')], [candidate('apple.ts', change)], NOTHING_SKIPPED, always);
      expect(plan).toMatchObject({
        changed: 1,
        added: 0,
        tasks: [{ path: 'apple.ts', ...STAMP, ...change, knownHash: HASH }],
      });
    }
  });

  it('reads a file again whose time could not be trusted', () => {
    const known = record('apple.ts', { mtimeMs: UNKNOWN_MTIME_MS });
    const current = candidate('apple.ts', { mtimeMs: UNKNOWN_MTIME_MS });
    expect(planChanges([known], [current], NOTHING_SKIPPED, always).changed).toBe(1);
  });

  it('indexes anew, without a shortcut by hash, what was made with other settings', () => {
    const plan = planChanges([record('apple.ts')], [candidate('apple.ts')], NOTHING_SKIPPED, () => false);
    expect(plan.tasks).toMatchObject([{ path: 'apple.ts', knownHash: null }]);
  });

  it('tries failed files again only when they change, and then in full', () => {
    const failed = record('pear.ts', {
      state: 'failed',
      reason: 'worm',
      contentHash: null,
      digest: null,
      segmentId: 0,
    });
    expect(planChanges([failed], [candidate('pear.ts')], NOTHING_SKIPPED, always).unchanged).toBe(1);
    const changed = planChanges([failed], [candidate('pear.ts', { sizeBytes: 9 })], NOTHING_SKIPPED, always);
    expect(changed.tasks).toMatchObject([{ path: 'pear.ts', knownHash: null }]);
  });

  it('does not read again what was skipped for its content', () => {
    const binary = skippedRecord('photo.ts', 'binary');
    expect(planChanges([binary], [candidate('photo.ts')], NOTHING_SKIPPED, always).unchanged).toBe(1);
  });

  it('reads a file that was skipped unread and has become fit, though its stamp is the same', () => {
    for (const reason of ['unreadable', 'too-large', 'vanished', 'symlink'] as const) {
      const plan = planChanges(
        [skippedRecord('plum.ts', reason, { contentHash: null })],
        [candidate('plum.ts')],
        NOTHING_SKIPPED,
        always,
      );
      expect(plan.tasks).toMatchObject([{ path: 'plum.ts', knownHash: null }]);
    }
  });

  it('remembers a skipped file once, and again only when the reason is another', () => {
    const skipped = [{ path: 'crate.bin', reason: 'too-large' as const, ...STAMP }];
    const plan = (known: readonly FileRecord[]) =>
      planChanges(known, [], { skipped, unreadableDirectories: [] }, always);
    const row = { path: 'crate.bin', state: 'skipped', reason: 'too-large', ...STAMP, contentHash: null };
    expect(plan([]).newlySkipped).toEqual([row]);
    expect(plan([skippedRecord('crate.bin', 'too-large')]).newlySkipped).toEqual([]);
    expect(plan([skippedRecord('crate.bin', 'unreadable')]).newlySkipped).toEqual([row]);
    expect(plan([record('crate.bin')])).toMatchObject({ newlySkipped: [row], removed: [] });
  });

  it('does not take for gone what lies below a directory that cannot be listed', () => {
    const known = [record('attic/box.ts'), record('cellar/wine.ts'), record('cellar2/wine.ts')];
    const plan = planChanges(known, [], { skipped: [], unreadableDirectories: ['cellar'] }, always);
    expect(plan.removed).toEqual(['attic/box.ts', 'cellar2/wine.ts']);
  });

  it('puts every known and every found path in exactly one place', () => {
    const names = fc.subarray(['A', 'a', 'a/b', 'a0', 'b', 'é', '\u{fffd}', '\u{10000}'].sort(comparePaths));
    const stamp = fc.record({
      sizeBytes: fc.nat({ max: 2 }),
      mtimeMs: fc.nat({ max: 2 }),
      ctimeMs: fc.nat({ max: 1 }),
    });
    const known = names.chain((paths) =>
      fc.tuple(
        ...paths.map((path) =>
          fc.record({ path: fc.constant(path), stamp, failed: fc.boolean(), current: fc.boolean() }),
        ),
      ),
    );
    const found = names.chain((paths) =>
      fc.tuple(...paths.map((path) => fc.record({ path: fc.constant(path), stamp, skip: fc.boolean() }))),
    );
    fc.assert(
      fc.property(known, found, (before, now) => {
        const records = before.map(({ path, stamp: of, failed }) =>
          record(path, { ...of, state: failed ? 'failed' : 'indexed', contentHash: failed ? null : HASH }),
        );
        const isCurrent = ({ path }: FileRecord) => before.find((file) => file.path === path)!.current;
        const candidates = now.filter(({ skip }) => !skip).map(({ path, stamp: of }) => candidate(path, of));
        const skipped = now.filter(({ skip }) => skip).map(({ path }) => ({ path, reason: 'binary' as const }));
        const plan = planChanges(records, candidates, { skipped, unreadableDirectories: [] }, isCurrent);

        const byPath = new Map(records.map((file) => [file.path, file]));
        const needsWork = candidates.filter((file) => {
          const old = byPath.get(file.path);
          if (old === undefined || !isCurrent(old) || old.mtimeMs === UNKNOWN_MTIME_MS) return true;
          return old.mtimeMs !== file.mtimeMs || old.ctimeMs !== file.ctimeMs || old.sizeBytes !== file.sizeBytes;
        });
        expect(plan.tasks.map(({ path }) => path)).toEqual(needsWork.map(({ path }) => path));
        expect(plan.bytes).toBe(needsWork.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
        expect(plan.added).toBe(needsWork.filter(({ path }) => !byPath.has(path)).length);
        expect(plan.added + plan.changed + plan.unchanged).toBe(candidates.length);
        expect(plan.newlySkipped.map(({ path }) => path)).toEqual(skipped.map(({ path }) => path));
        const gone = records.filter(({ path }) => now.every((file) => file.path !== path));
        expect(plan.removed).toEqual(gone.map(({ path }) => path));
      }),
    );
  });
});
