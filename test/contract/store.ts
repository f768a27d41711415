import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SegmentReader } from '../../src/storage/segment-reader.js';
import { verifyStore } from '../../src/storage/sqlite-verify.js';
import type { FileRecord, StoreReader, StoreWriter } from '../../src/storage/store.js';
import {
  FINISHED_AT,
  MERGE_ALL,
  RUN,
  commitOf,
  fileCommit,
  skipped,
  textOf,
  type SampleFile,
} from './store-samples.js';

/** A place where a store can be made, written, read and thrown away. */
export interface StoreUnderTest {
  openWriter(): Promise<StoreWriter>;
  openReader(): StoreReader;
  dispose(): void;
}

const APPLE: SampleFile = { path: 'src/apple.ts', version: 'apple-1', chunkCount: 2 };
const PEAR: SampleFile = { path: 'src/pear.ts', version: 'pear-1' };

/** What every store does, whatever it is made of. */
export function storeContract(name: string, create: () => StoreUnderTest): void {
  describe(`${name} as a store`, () => {
    let store: StoreUnderTest;
    let writer: StoreWriter;
    let reader: StoreReader;

    async function open(): Promise<void> {
      store = create();
      writer = await store.openWriter();
      await writer.beginRun(RUN);
      reader = store.openReader();
    }

    async function shut(): Promise<void> {
      const problems = verifyStore(reader);
      reader.close();
      await writer.close();
      store.dispose();
      expect(problems).toEqual([]);
    }

    beforeEach(open);
    afterEach(shut);

    it('gives back what was committed', async () => {
      await writer.commit(commitOf([PEAR, APPLE], { unindexed: [skipped('logo.png')] }));

      const { path, sizeBytes, mtimeMs, ctimeMs, contentHash, gitOid, digest } = fileCommit(APPLE);
      expect(reader.file(APPLE.path)).toEqual({
        ...{ path, sizeBytes, mtimeMs, ctimeMs, contentHash, gitOid, digest },
        ...{ state: 'indexed', reason: '', chunkCount: 2, segmentId: 1, ordinal: 1 },
      });
      expect(reader.file('logo.png')).toEqual({
        ...{ ...skipped('logo.png'), gitOid: null, digest: null, chunkCount: 0, segmentId: 0, ordinal: 0 },
      });
      expect(reader.file('src/plum.ts')).toBeUndefined();
      expect(reader.text(APPLE.path)).toEqual(textOf(APPLE));
      expect(reader.text('logo.png')).toBeUndefined();
      expect(reader.segments()).toMatchObject([{ id: 1, fileCount: 2, chunkCount: 3, fingerprint: RUN.fingerprint }]);
      expect(reader.totals()).toMatchObject({ files: 2, chunks: 3, bytes: 213 });
      expect(reader.settings()).toEqual({ fingerprint: RUN.fingerprint, embedder: RUN.embedder });
    });

    it('lists files in the byte order of their paths in UTF-8, which is not that of JavaScript strings', async () => {
      const paths = [
        'z.ts',
        'a/b.ts',
        'a.ts',
        'a-b.ts',
        'Z.ts',
        '\u{1F34E}.ts',
        '\uFF21.ts',
        'é.ts',
        'line\nbreak.ts',
        '梨.ts',
      ];
      await writer.commit(commitOf(paths.map((path) => ({ path, version: path }))));
      const expected = paths.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(paths.toSorted()).not.toEqual(expected);
      expect([...reader.files()].map((file) => file.path)).toEqual(expected);
    });

    it('reads any range of a segment, within and across its pages', async () => {
      const commit = commitOf([{ ...APPLE, chunkCount: 20_000 }]);
      const segment = commit.segment!.slice();
      expect(segment.length).toBeGreaterThan(9 * 65_536);
      await writer.commit(commit);
      const source = reader.openSegment(1);
      expect(source.byteLength).toBe(segment.length);
      const offset = fc.nat({ max: segment.length });
      fc.assert(
        fc.property(offset, offset, (a, b) => {
          const [from, to] = [Math.min(a, b), Math.max(a, b)];
          expect(Buffer.compare(source.read(from, to - from), segment.subarray(from, to))).toBe(0);
        }),
        {
          examples: [
            [0, 0],
            [0, 65_536],
            [65_535, 65_537],
            [65_536, 131_072],
            [0, segment.length],
          ],
        },
      );
      expect(() => source.read(segment.length, 1)).toThrow(RangeError);
      expect(() => source.read(-1, 1)).toThrow(RangeError);
    });

    it('keeps the later version of a path and marks the earlier one dead', async () => {
      await writer.commit(commitOf([APPLE, PEAR]));
      const later = { ...APPLE, version: 'apple-2', noText: true };
      await writer.commit(commitOf([later]));
      expect(reader.file(APPLE.path)).toMatchObject({
        contentHash: fileCommit(later).contentHash,
        segmentId: 2,
        ordinal: 0,
      });
      expect(reader.text(APPLE.path)).toBeUndefined();
      expect([...reader.deadFiles(1)]).toEqual([0]);
      expect([...reader.deadFiles(2)]).toEqual([]);
    });

    it('keeps the last of several versions in one commit', async () => {
      await writer.commit(commitOf([APPLE, PEAR, { ...APPLE, version: 'apple-2' }]));
      expect(reader.file(APPLE.path)).toMatchObject({ segmentId: 1, ordinal: 2 });
      expect([...reader.deadFiles(1)]).toEqual([0]);
    });

    it('lets a path be removed and added in one commit', async () => {
      await writer.commit(commitOf([APPLE]));
      await writer.commit(commitOf([{ ...APPLE, version: 'apple-2' }], { removed: [APPLE.path, 'never/there.ts'] }));
      expect(reader.file(APPLE.path)).toMatchObject({ segmentId: 2 });
    });

    it('buries the chunks of a file that is skipped, failed or removed', async () => {
      const plum = { path: 'src/plum.ts', version: 'plum-1' };
      await writer.commit(commitOf([APPLE, PEAR, plum]));
      const failed = { ...skipped(PEAR.path, 'the parser gave up'), state: 'failed' as const };
      await writer.commit(commitOf([], { removed: [plum.path], unindexed: [skipped(APPLE.path, 'minified'), failed] }));
      expect([...reader.deadFiles(1)].toSorted()).toEqual([0, 1, 2]);
      expect(reader.text(APPLE.path)).toBeUndefined();
      expect([...reader.files()].map(({ path, state, reason }) => [path, state, reason])).toEqual([
        [APPLE.path, 'skipped', 'minified'],
        [PEAR.path, 'failed', 'the parser gave up'],
      ]);
      expect(reader.totals()).toMatchObject({ files: 0, chunks: 0, bytes: 0 });
    });

    it('changes nothing but the stamp of a file that was read again and found equal', async () => {
      await writer.commit(commitOf([APPLE]));
      const before = reader.file(APPLE.path)!;
      const stamp = { sizeBytes: 102, mtimeMs: 3.125, ctimeMs: 4.0625 };
      await writer.commit(commitOf([], { restamped: [{ path: APPLE.path, ...stamp }] }));
      expect(reader.file(APPLE.path)).toEqual({ ...before, ...stamp });
      expect([...reader.deadFiles(1)]).toEqual([]);
    });

    it('holds indexed files without chunks outside of any segment', async () => {
      const empty = { path: 'src/empty.ts', version: '', chunkCount: 0, textBytes: 0 };
      const { textBlocks, files } = commitOf([empty]);
      expect(textBlocks).toEqual([]);
      await writer.commit({ ...commitOf([]), files });
      expect(reader.text(empty.path)).toBe('');
      expect(reader.file(empty.path)).toMatchObject({ state: 'indexed', segmentId: 0, ordinal: 0 });
      expect(reader.segments()).toEqual([]);
      await expect(writer.commit({ ...commitOf([APPLE]), segment: undefined } as never)).rejects.toThrow(/segment/);
    });

    it('grows its generation with every commit that says something, and with no other', async () => {
      const start = reader.generation();
      await writer.commit(commitOf([]));
      expect(reader.generation()).toBe(start);
      await writer.commit(commitOf([APPLE]));
      expect(reader.generation()).toBe(start + 1);
      await writer.commit(commitOf([], { removed: [APPLE.path] }));
      expect(reader.generation()).toBe(start + 2);
    });

    it('shows a snapshot one generation while others are committed', async () => {
      await writer.commit(commitOf([APPLE]));
      const generation = reader.generation();
      const iterator = reader.files();
      expect(iterator.next().value).toMatchObject({ path: APPLE.path });
      iterator.return?.();
      reader.snapshot(() => {
        expect(reader.generation()).toBe(generation);
        expect(reader.snapshot(() => reader.totals().files)).toBe(1);
      });
      expect(() => reader.snapshot(() => expect.fail('a sour apple'))).toThrow('a sour apple');
      await writer.commit(commitOf([PEAR]));
      expect(reader.totals().files).toBe(2);
    });

    it('iterates files several times at once', async () => {
      await writer.commit(commitOf([APPLE, PEAR]));
      const pairs = [...reader.files()].flatMap((a) => [...reader.files()].map((b) => [a.path, b.path]));
      expect(pairs).toHaveLength(4);
    });

    it('keeps the summary of the last run that ended', async () => {
      expect(reader.lastRun()).toBeUndefined();
      await writer.suspendRun({ finishedAt: FINISHED_AT, summary: '{"files":1}' });
      expect(reader.lastRun()).toBe('{"files":1}');
      await writer.beginRun({ ...RUN, embedder: 'builtin' });
      expect(reader.lastRun()).toBe('{"files":1}');
      expect(reader.settings().embedder).toBe('builtin');
      await writer.finishRun({ finishedAt: FINISHED_AT, digest: 'd', summary: '{"files":2}' });
      expect(reader.lastRun()).toBe('{"files":2}');
    });

    it('remembers runs with their ends, newest first, and the trace of each apart', async () => {
      await writer.suspendRun({ finishedAt: FINISHED_AT, summary: '{"files":1}', trace: '{"points":[]}' });
      await writer.beginRun(RUN);
      await writer.finishRun({ finishedAt: FINISHED_AT, digest: 'd', summary: '{"files":2}' });
      await writer.beginRun(RUN);
      const { startedAt } = RUN;
      expect(reader.runs()).toEqual([
        { id: 3, startedAt, finishedAt: undefined, outcome: 'running', summary: undefined },
        { id: 2, startedAt, finishedAt: FINISHED_AT, outcome: 'complete', summary: '{"files":2}' },
        { id: 1, startedAt, finishedAt: FINISHED_AT, outcome: 'suspended', summary: '{"files":1}' },
      ]);
      expect([1, 2, 3, 9].map((id) => reader.trace(id))).toEqual(['{"points":[]}', undefined, undefined, undefined]);
    });

    it('forgets at a change of settings what says nothing of its settings', async () => {
      await writer.commit(commitOf([APPLE], { unindexed: [skipped('logo.png')] }));
      await writer.beginRun(RUN);
      expect(reader.file('logo.png')).toBeDefined();
      await writer.beginRun({ ...RUN, fingerprint: 'apples-v2' });
      expect([...reader.files()].map((file) => file.path)).toEqual([APPLE.path]);
      await writer.commit(commitOf([PEAR]));
      expect(reader.segments().map((segment) => segment.fingerprint)).toEqual(['apples-v1', 'apples-v2']);
      await writer.merge(MERGE_ALL);
      expect(reader.segments()).toHaveLength(2);
    });

    it('merges small segments into one without their dead files', async () => {
      for (const fruit of ['apple', 'pear', 'plum', 'fig']) {
        await writer.commit(
          commitOf([
            { path: `${fruit}.ts`, version: `${fruit}-1` },
            { path: 'basket.ts', version: fruit },
          ]),
        );
      }
      const before = contents(reader);
      const generation = reader.generation();
      expect(await writer.merge(MERGE_ALL)).toEqual({ from: 4, to: 1, isDone: true });
      expect(reader.generation()).toBeGreaterThan(generation);
      expect(reader.segments()).toMatchObject([{ fileCount: 5, chunkCount: 5 }]);
      expect(reader.deadFiles(reader.segments()[0]!.id).size).toBe(0);
      expect(contents(reader)).toEqual(before);
      expect(await writer.merge(MERGE_ALL)).toEqual({ from: 1, to: 1, isDone: true });
    });

    it('keeps texts of any size, alone and among others', async () => {
      const sizes = [1, 65_535, 65_536, 300_000, 20, 40_000, 40_000, 0];
      const files = sizes.map((textBytes, i) => ({ path: `fruit-${i}.ts`, version: 'ripe', textBytes }));
      await writer.commit(commitOf(files));
      const check = () => files.forEach((file) => expect(reader.text(file.path)).toBe(textOf(file)));
      check();
      await writer.commit(commitOf(files.splice(3, 3).map((file) => ({ ...file, version: 'rotten', textBytes: 9 }))));
      check();
      await writer.merge(MERGE_ALL);
      check();
      expect(reader.text('fruit-3.ts')).toHaveLength(9);
    });

    it('refuses a text outside of the blocks that came with it, and keeps nothing of that commit', async () => {
      const commit = { ...commitOf([APPLE]), textBlocks: [] };
      await expect(writer.commit(commit)).rejects.toThrow(/a text is in block 0 of 0/);
      expect(reader.file(APPLE.path)).toBeUndefined();
    });

    it('drops a segment whose files are all dead', async () => {
      await writer.commit(commitOf([APPLE]));
      await writer.commit(commitOf([{ ...APPLE, version: 'apple-2' }]));
      expect(await writer.merge({ ...MERGE_ALL, maxSmallSegments: 9 })).toEqual({ from: 2, to: 1, isDone: true });
      expect(() => reader.openSegment(1)).toThrow(/rewritten/);
    });

    it('comes to the same files by any order of commits, removals and merges', async () => {
      const path = fc.constantFrom('apple.ts', 'pear.ts', 'plum.ts', 'fig.ts', 'kiwi.ts');
      const batch = fc.record({
        files: fc.array(fc.record({ path, version: fc.constantFrom('1', '2', '3') }), { maxLength: 4 }),
        skipped: fc.array(path, { maxLength: 2 }),
        removed: fc.array(path, { maxLength: 2 }),
        merge: fc.boolean(),
        maxSmallSegments: fc.nat({ max: 3 }),
        maxMergeBytes: fc.constantFrom(500, 1_000, 2 ** 20),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 8 }), async (batches) => {
          const known = [...reader.files()].map((file) => file.path);
          await writer.commit(commitOf([], { removed: known }));
          const model = new Map<string, string>();
          for (const { files, skipped: skips, removed, merge, ...policy } of batches) {
            await writer.commit(commitOf(files, { removed, unindexed: skips.map((skip) => skipped(skip)) }));
            for (const gone of removed) model.delete(gone);
            for (const file of files) model.set(file.path, file.version);
            for (const skip of skips) model.set(skip, 'skipped');
            if (merge) await writer.merge({ ...MERGE_ALL, ...policy });
            expect(verifyStore(reader)).toEqual([]);
            expect(contents(reader)).toEqual(expectedContents(model));
          }
        }),
        { numRuns: 30 },
      );
    });
  });
}

/** Each file as the store and, independently, its segment know it. */
function contents(reader: StoreReader): string[] {
  return [...reader.files()].map(
    (file) => `${file.path} ${file.state} ${hex(file)} ${placedPath(reader, file)} ${reader.text(file.path)}`,
  );
}

function expectedContents(model: ReadonlyMap<string, string>): string[] {
  return [...model]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, version]) => {
      if (version === 'skipped') return `${path} skipped null none undefined`;
      return `${path} indexed ${hex(fileCommit({ path, version }))} ${path} ${textOf({ path, version })}`;
    });
}

function hex(file: Pick<FileRecord, 'contentHash'>): string {
  return file.contentHash === null ? 'null' : Buffer.from(file.contentHash).toString('hex');
}

function placedPath(reader: StoreReader, file: FileRecord): string {
  return file.segmentId === 0 ? 'none' : new SegmentReader(reader.openSegment(file.segmentId)).path(file.ordinal);
}
