import { createHash, hash } from 'node:crypto';
import { createChunker, type Chunker } from '../chunking/chunker.js';
import { GrammarLibrary } from '../chunking/grammar-library.js';
import type { ParseRoom } from '../chunking/parse-memory.js';
import { inspectContent } from '../discovery/content.js';
import type { StaticEmbedder } from '../embedding/static-embedder.js';
import { MindIndexError } from '../shared/errors.js';
import type { NativeCode } from '../shared/native-code.js';
import { languageOf, languageOfShebang, type Language } from '../shared/languages.js';
import { BatchWork } from './batch-work.js';
import { FileEncoder, type ChunkedFile } from './file-encoder.js';
import { earliestFileTime } from './file-clock.js';
import { readContent } from './file-reader.js';
import type { Batch, BatchResult, FileTask, IndexerSettings, StampedPath } from './file-task.js';
import { fileDigest } from './index-digest.js';

/** Told of every file before and after it is worked on; answers whether to stop after the current one. */
export interface BatchProgress {
  begin(item: number): void;
  /** Returns true to stop: what is done so far is returned, the rest is not touched. */
  done(bytes: number): boolean;
}

/** A file whose text is to be chunked. */
interface ReadFile {
  readonly stamped: StampedPath;
  readonly contentHash: Buffer;
  readonly gitOid: Buffer | null;
  readonly text: string;
  /** By the path, or else by the first line. */
  readonly language: Language | undefined;
}

/**
 * So much text is parsed before the terms of any of it are counted: parse tables and term tables do not fit the
 * processor's cache together, and taking turns by file costs a tenth of the time of both.
 */
const GATHERED_UNITS = 512 * 1024;

/** Turns batches of files into segments: read, hash, decode, chunk, terms, vectors. One per thread. */
export class BatchIndexer {
  private readonly encoder: FileEncoder;

  private constructor(
    private readonly settings: IndexerSettings,
    private readonly grammars: GrammarLibrary,
    private readonly chunker: Chunker,
    private readonly dimensions: number,
    embedder: StaticEmbedder | undefined,
  ) {
    this.encoder = new FileEncoder(embedder, settings.storeText);
  }

  /** A thread that may be told to end gives what marks its native code. */
  static async open(
    settings: IndexerSettings,
    embedder: StaticEmbedder | undefined,
    nativeCode?: NativeCode,
  ): Promise<BatchIndexer> {
    const grammars = await GrammarLibrary.open({
      cacheDir: settings.grammarCacheDir,
      ...(nativeCode && { nativeCode }),
    });
    const chunker = createChunker({ limits: settings.chunkLimits, grammars });
    return new BatchIndexer(settings, grammars, chunker, embedder?.dimensions ?? 0, embedder);
  }

  /**
   * Indexes a batch. A file that fails is recorded as failed; only a lost thread or a failing disk rejects. A file for
   * which memory is too short ends the batch before it.
   */
  async index(batch: Batch, progress: BatchProgress): Promise<BatchResult> {
    const needed = grammarsOf(batch);
    await this.grammars.prepare(needed);
    this.encoder.begin();
    const work = new BatchWork(this.dimensions);
    let gathered: ChunkedFile[] = [];
    let gatheredUnits = 0;
    let [processed, processedNew, processedBytes] = [0, 0, 0];
    const { ceilingBytes, treeBytes } = this.settings.memory;
    const room = { ceilingBytes, treeBytes: batch.isAlone === true ? Infinity : treeBytes };
    let memoryShort: string | undefined;
    for (const task of batch.files) {
      progress.begin(processed);
      const file = attempt(task, work, () => this.readFile(task, work));
      if (file?.language?.grammar !== undefined && !needed.has(file.language.grammar)) {
        needed.add(file.language.grammar);
        await this.grammars.prepare([file.language.grammar]);
      }
      const chunked = file && this.chunkFile(file, room, work);
      if (chunked instanceof MindIndexError) {
        memoryShort = chunked.message;
        break;
      }
      if (chunked !== undefined) {
        gathered.push(chunked);
        gatheredUnits += chunked.text.length;
      }
      processed++;
      if (task.isNew) processedNew++;
      processedBytes += task.sizeBytes;
      if (this.grammars.releaseDue) {
        work.enter('chunk');
        await this.grammars.releaseTrees();
      }
      if (gatheredUnits >= GATHERED_UNITS) {
        this.encode(gathered, work);
        gathered = [];
        gatheredUnits = 0;
      }
      if (progress.done(task.sizeBytes)) break;
    }
    this.encode(gathered, work);
    const missingGrammars = [...this.grammars.unavailable()].filter(([grammar]) => needed.has(grammar));
    const commit = work.finish(this.encoder.terms);
    const counts = { processed, processedNew, processedBytes };
    const result = { commit, ...counts, missingGrammars, partsMs: work.partsMs };
    return memoryShort === undefined ? result : { ...result, memoryShort };
  }

  /** Reads a file and tells its language; undefined when there is nothing to chunk. */
  private readFile(task: FileTask, work: BatchWork): ReadFile | undefined {
    work.enter('read');
    const { root, maxFileBytes, fileClock } = this.settings;
    const content = readContent(root, task.path, maxFileBytes, earliestFileTime(fileClock));
    if (content.kind === 'skip') return void work.skip(task, content.reason);
    const { path } = task;
    const contentHash = hash('sha256', content.bytes, 'buffer');
    const { gitObjectFormat: format } = this.settings;
    const gitOid = format ? blobId(format, content.bytes) : null;
    if (task.knownHash !== null && contentHash.equals(task.knownHash)) {
      return void work.restamped.push({ path, ...content.stamp, gitOid });
    }
    const inspection = inspectContent(path, content.bytes);
    if (inspection.kind === 'skip') {
      return void work.skip({ path, ...content.stamp }, inspection.reason, { contentHash, gitOid });
    }
    const { text } = inspection;
    return {
      stamped: { path, ...content.stamp },
      contentHash,
      gitOid,
      text,
      language: languageOf(path) ?? scriptLanguage(text),
    };
  }

  /** Undefined when the file fails; the error where only memory is too short for it now. */
  private chunkFile(file: ReadFile, room: ParseRoom, work: BatchWork): ChunkedFile | MindIndexError | undefined {
    const { stamped, contentHash, gitOid, text, language } = file;
    work.enter('chunk');
    try {
      const { chunks } = this.chunker.chunk(text, language, room);
      const digest = fileDigest(stamped.path, contentHash, chunks);
      return { file: { ...stamped, contentHash, gitOid, digest, chunkCount: chunks.length }, text, chunks };
    } catch (error) {
      if (error instanceof MindIndexError && error.code === 'memory-short') return error;
      return void work.fail(stamped, error);
    }
  }

  private encode(gathered: readonly ChunkedFile[], work: BatchWork): void {
    for (const chunked of gathered) attempt(chunked.file, work, () => this.encoder.encode(chunked, work));
  }
}

/** The id that git gives a content: the hash of a header and the bytes. */
function blobId(format: 'sha1' | 'sha256', bytes: Buffer): Buffer {
  return createHash(format).update(`blob ${bytes.length}\0`).update(bytes).digest();
}

/** The language that the first line of a script names; undefined for other texts. */
function scriptLanguage(text: string): Language | undefined {
  if (!text.startsWith('#!')) return undefined;
  const end = text.indexOf('\n');
  return languageOfShebang(end < 0 ? text : text.slice(0, end));
}

/** Runs a step of the work on a file; a step that throws fails its file. */
function attempt<T>(file: StampedPath, work: BatchWork, step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    work.fail(file, error);
    return undefined;
  }
}

/** The grammars that the paths of a batch ask for; scripts without a known ending may need others. */
function grammarsOf(batch: Batch): Set<string> {
  const grammars = new Set<string>();
  for (const { path } of batch.files) {
    const grammar = languageOf(path)?.grammar;
    if (grammar !== undefined) grammars.add(grammar);
  }
  return grammars;
}
