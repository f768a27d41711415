import { SegmentBuilder } from '../storage/segment-builder.js';
import type { FileCommit, SegmentCommit, UnindexedFile } from '../storage/store.js';
import { TextBlockWriter } from '../storage/text-blocks.js';
import type { BatchResult, StampedPath, WorkPart } from './file-task.js';

/** What a batch has brought so far, and where its time went. */
export class BatchWork {
  readonly builder: SegmentBuilder;
  readonly texts = new TextBlockWriter();
  readonly files: FileCommit[] = [];
  readonly unindexed: UnindexedFile[] = [];
  readonly restamped: SegmentCommit['restamped'][number][] = [];
  readonly partsMs: Record<WorkPart, number> = { read: 0, chunk: 0, terms: 0, embed: 0, text: 0, segment: 0 };
  private part: WorkPart = 'read';
  private since = performance.now();

  /** `dimensions` of the vectors; 0 for none. */
  constructor(dimensions: number) {
    this.builder = new SegmentBuilder(dimensions);
  }

  /** Books the time since the last call on the part entered then. */
  enter(part: WorkPart): void {
    const now = performance.now();
    this.partsMs[this.part] += now - this.since;
    this.part = part;
    this.since = now;
  }

  /** `content` tells what was read of it, if anything was. */
  skip(
    { path, sizeBytes, mtimeMs, ctimeMs }: StampedPath,
    reason: string,
    content?: Pick<UnindexedFile, 'contentHash' | 'gitOid'>,
  ): void {
    const { contentHash = null, gitOid = null } = content ?? {};
    this.unindexed.push({ path, state: 'skipped', reason, sizeBytes, mtimeMs, ctimeMs, contentHash, gitOid });
  }

  /** A file that threw: what the segment holds of it is taken back. */
  fail({ path, sizeBytes, mtimeMs, ctimeMs }: StampedPath, error: unknown): void {
    if (this.builder.fileCount > this.files.length) this.builder.abandonFile();
    const reason = error instanceof Error ? error.message : String(error);
    this.unindexed.push({ path, state: 'failed', reason, sizeBytes, mtimeMs, ctimeMs, contentHash: null });
  }

  /** The commit of the batch. `terms` are the strings behind the term ids given to the builder. */
  finish(terms: readonly string[]): BatchResult['commit'] {
    this.enter('segment');
    const { files, unindexed, restamped, builder } = this;
    const segment = files.length > 0 ? builder.finish(terms) : undefined;
    this.enter('text');
    const textBlocks = this.texts.finish();
    const commit = { chunkCount: builder.chunkCount, textBlocks, files, unindexed, restamped };
    this.enter('read');
    return segment === undefined ? commit : { ...commit, segment };
  }
}
