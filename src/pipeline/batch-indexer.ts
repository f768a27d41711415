import { hash } from 'node:crypto';
import { join } from 'node:path';
import { createChunker, type Chunker } from '../chunking/chunker.js';
import { GrammarLibrary } from '../chunking/grammar-library.js';
import { TermCounter, type ChunkTerms } from '../chunking/term-counter.js';
import { Vocabulary } from '../chunking/vocabulary.js';
import { inspectContent } from '../discovery/content.js';
import type { StaticEmbedder } from '../embedding/static-embedder.js';
import { languageOf } from '../shared/languages.js';
import type { Chunk } from '../shared/model.js';
import { FIELD_PARENT, FIELD_PATH, FIELD_SYMBOL } from '../shared/posting.js';
import { SegmentBuilder } from '../storage/segment-builder.js';
import type { FileCommit, UnindexedFile } from '../storage/store.js';
import { TextBlockWriter } from '../storage/text-blocks.js';
import { readContent } from './file-reader.js';
import type { Batch, BatchResult, FileTask, IndexerSettings, WorkPart } from './file-task.js';
import { fileDigest } from './index-digest.js';
import { embedChunk, type TermRows } from './chunk-embedding.js';

/** Told of every file before and after it is worked on; answers whether to stop after the current one. */
export interface BatchProgress {
  begin(item: number): void;
  /** Returns true to stop: what is done so far is returned, the rest is not touched. */
  done(bytes: number): boolean;
}

/** Turns batches of files into segments: read, hash, decode, chunk, terms, vectors. One per thread. */
export class BatchIndexer {
  private vocabulary = new Vocabulary();
  private counter = new TermCounter(this.vocabulary);
  private rows: TermRows | undefined;

  private constructor(
    private readonly settings: IndexerSettings,
    private readonly grammars: GrammarLibrary,
    private readonly chunker: Chunker,
    private readonly embedder: StaticEmbedder | undefined,
  ) {}

  static async open(settings: IndexerSettings, embedder: StaticEmbedder | undefined): Promise<BatchIndexer> {
    const grammars = await GrammarLibrary.open({ cacheDir: settings.grammarCacheDir });
    return new BatchIndexer(settings, grammars, createChunker({ limits: settings.chunkLimits, grammars }), embedder);
  }

  /** Indexes a batch. A file that fails is recorded as failed; only a lost thread or a failing disk rejects. */
  async index(batch: Batch, progress: BatchProgress): Promise<BatchResult> {
    await this.grammars.prepare(grammarsOf(batch));
    this.renewVocabulary();
    const work = new BatchWork(new SegmentBuilder(this.embedder?.dimensions ?? 0));
    let processed = 0;
    let processedBytes = 0;
    for (const task of batch.files) {
      progress.begin(processed);
      try {
        this.indexFile(task, work);
      } catch (error) {
        work.fail(task, error);
      }
      processed++;
      processedBytes += task.sizeBytes;
      if (this.grammars.releaseDue) {
        work.enter('chunk');
        await this.grammars.releaseTrees();
      }
      if (progress.done(task.sizeBytes)) break;
    }
    return { commit: work.finish(this.vocabulary.terms), processed, processedBytes, partsMs: work.partsMs };
  }

  private indexFile(task: FileTask, work: BatchWork): void {
    work.enter('read');
    const content = readContent(join(this.settings.root, task.path), this.settings.maxFileBytes);
    if (content.kind === 'skip') return work.skip(task, content.reason, null);
    const contentHash = hash('sha256', content.bytes, 'buffer');
    if (task.knownHash !== null && contentHash.equals(task.knownHash)) {
      return void work.restamped.push({ path: task.path, ...content.stamp });
    }
    const inspection = inspectContent(task.path, content.bytes);
    if (inspection.kind === 'skip') {
      return work.skip({ ...task, ...content.stamp }, inspection.reason, contentHash);
    }

    work.enter('chunk');
    const { chunks } = this.chunker.chunk(inspection.text, languageOf(task.path));
    const file: FileCommit = {
      path: task.path,
      ...content.stamp,
      contentHash,
      digest: fileDigest(task.path, contentHash, chunks),
      chunkCount: chunks.length,
    };
    this.addChunks(task.path, inspection.text, chunks, work);
    work.enter('text');
    work.files.push(this.settings.storeText ? { ...file, text: work.texts.add(inspection.text) } : file);
  }

  private addChunks(path: string, text: string, chunks: readonly Chunk[], work: BatchWork): void {
    work.builder.beginFile(path);
    const offsets = lineOffsets(text, chunks);
    chunks.forEach((chunk, i) => {
      work.enter('terms');
      const terms = this.countTerms(path, text, chunk, offsets[i]!, offsets[i + 1]!);
      work.enter('embed');
      const vector = this.rows === undefined ? undefined : embedChunk(this.rows, terms);
      work.enter('segment');
      work.builder.addChunk(chunk, terms, vector);
    });
  }

  private countTerms(path: string, text: string, chunk: Chunk, from: number, to: number): ChunkTerms {
    this.counter.begin();
    this.counter.add(text, from, to);
    for (const name of chunk.names) this.counter.add(name, 0, name.length, FIELD_SYMBOL);
    this.counter.add(chunk.parent, 0, chunk.parent.length, FIELD_PARENT);
    this.counter.add(path, 0, path.length, FIELD_PATH);
    return this.counter.finish();
  }

  /** A vocabulary lives for many batches, until it is full. */
  private renewVocabulary(): void {
    if (this.vocabulary.isFull) {
      this.vocabulary = new Vocabulary();
      this.counter = new TermCounter(this.vocabulary);
      this.rows = undefined;
    }
    if (this.embedder !== undefined) this.rows ??= { embedder: this.embedder, terms: this.vocabulary.terms, rows: [] };
  }
}

/** What a batch has brought so far. */
class BatchWork {
  readonly texts = new TextBlockWriter();
  readonly files: FileCommit[] = [];
  readonly unindexed: UnindexedFile[] = [];
  readonly restamped: BatchResult['commit']['restamped'][number][] = [];
  readonly partsMs: Record<WorkPart, number> = { read: 0, chunk: 0, terms: 0, embed: 0, text: 0, segment: 0 };
  private part: WorkPart = 'read';
  private since = performance.now();

  constructor(readonly builder: SegmentBuilder) {}

  /** Books the time since the last call on the part entered then. */
  enter(part: WorkPart): void {
    const now = performance.now();
    this.partsMs[this.part] += now - this.since;
    this.part = part;
    this.since = now;
  }

  skip(task: FileTask, reason: string, contentHash: Uint8Array | null): void {
    const { path, sizeBytes, mtimeMs, ctimeMs } = task;
    this.unindexed.push({ path, state: 'skipped', reason, sizeBytes, mtimeMs, ctimeMs, contentHash });
  }

  fail(task: FileTask, error: unknown): void {
    if (this.builder.fileCount > this.files.length) this.builder.abandonFile();
    const reason = error instanceof Error ? error.message : String(error);
    const { path, sizeBytes, mtimeMs, ctimeMs } = task;
    this.unindexed.push({ path, state: 'failed', reason, sizeBytes, mtimeMs, ctimeMs, contentHash: null });
  }

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

function grammarsOf(batch: Batch): string[] {
  const grammars = new Set<string>();
  for (const { path } of batch.files) {
    const grammar = languageOf(path)?.grammar;
    if (grammar !== undefined) grammars.add(grammar);
  }
  return [...grammars];
}

/** Where each chunk begins in the text, and where the last one ends. Chunks are in order and without gaps. */
function lineOffsets(text: string, chunks: readonly Chunk[]): number[] {
  const offsets: number[] = [];
  let offset = 0;
  let line = 1;
  for (const chunk of chunks) {
    for (; line < chunk.startLine; line++) offset = text.indexOf('\n', offset) + 1;
    offsets.push(offset);
  }
  return [...offsets, text.length];
}
