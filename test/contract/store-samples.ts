import { createHash } from 'node:crypto';
import { SegmentBuilder } from '../../src/storage/segment-builder.js';
import { TextBlockWriter } from '../../src/storage/text-blocks.js';
import type { FileCommit, MergePolicy, SegmentCommit, UnindexedFile } from '../../src/storage/store.js';

/** What a test says of a file; the rest of its commit follows from it. */
export interface SampleFile {
  readonly path: string;
  /** Stands for the content: equal versions have equal hashes. */
  readonly version: string;
  readonly chunkCount?: number;
  readonly textBytes?: number;
  readonly noText?: boolean;
}

export const STARTED_AT = '2026-03-01T08:00:00.000Z';
export const FINISHED_AT = '2026-03-01T08:00:09.000Z';
export const RUN = { startedAt: STARTED_AT, fingerprint: 'apples-v1', embedder: 'none' };

export const MERGE_ALL: MergePolicy = {
  smallSegmentBytes: 2 ** 30,
  maxSmallSegments: 1,
  maxDeadShare: 0.2,
  maxMergeBytes: 2 ** 30,
};

/** A real commit: its segment holds the files with the terms of their versions. */
export function commitOf(files: readonly SampleFile[], more: Partial<SegmentCommit> = {}): SegmentCommit {
  const texts = new TextBlockWriter();
  const committed = files.map((file) => ({
    ...fileCommit(file),
    ...(file.noText !== true && { text: texts.add(textOf(file)) }),
  }));
  return {
    ...(files.length > 0 && { segment: segmentOf(files) }),
    chunkCount: committed.reduce((sum, file) => sum + file.chunkCount, 0),
    textBlocks: texts.finish(),
    files: committed,
    unindexed: [],
    restamped: [],
    removed: [],
    ...more,
  };
}

/** The file of a commit, without its text. */
export function fileCommit(sample: SampleFile): FileCommit {
  return {
    path: sample.path,
    sizeBytes: 100 + sample.version.length,
    mtimeMs: 1_700_000_000_123.25,
    ctimeMs: 1_700_000_000_456.5,
    contentHash: sha256(sample.version),
    gitOid: sha256(sample.version).subarray(0, 20),
    digest: sha256(`${sample.path} ${sample.version}`),
    chunkCount: sample.chunkCount ?? 1,
  };
}

export function skipped(path: string, reason = 'binary'): UnindexedFile {
  return { path, state: 'skipped', reason, sizeBytes: 7, mtimeMs: 1.5, ctimeMs: 2.5, contentHash: null };
}

/** A text that differs by path and version; with `textBytes` one that hardly compresses, so that sizes on disk follow. */
export function textOf({ path, version, textBytes }: SampleFile): string {
  const text = `${version} of ${path} `;
  if (textBytes === undefined) return text;
  return createHash('shake256', { outputLength: textBytes }).update(text).digest('base64').slice(0, textBytes);
}

function segmentOf(files: readonly SampleFile[]): Uint8Array {
  const builder = new SegmentBuilder(0);
  const terms: string[] = [];
  for (const file of files) {
    builder.beginFile(file.path);
    for (let line = 1; line <= (file.chunkCount ?? 1); line++) {
      const id = terms.push(`${file.version}-${terms.length}`) - 1;
      const chunk = { startLine: line, endLine: line, kind: 'text', symbol: '', parent: '', names: [] } as const;
      builder.addChunk(chunk, { ids: Uint32Array.of(id), postings: Uint8Array.of(1), length: 1 }, undefined);
    }
  }
  return builder.finish(terms);
}

function sha256(text: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(text).digest());
}
