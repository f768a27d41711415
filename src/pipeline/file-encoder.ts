import { TermCounter, type ChunkTerms } from '../chunking/term-counter.js';
import { Vocabulary } from '../chunking/vocabulary.js';
import type { StaticEmbedder } from '../embedding/static-embedder.js';
import type { Chunk } from '../shared/model.js';
import { FIELD_PARENT, FIELD_PATH, FIELD_SYMBOL } from '../shared/posting.js';
import type { FileCommit } from '../storage/store.js';
import { MAX_TEXT_BLOCK_BYTES } from '../storage/text-blocks.js';
import type { BatchWork } from './batch-work.js';
import { embedChunk, type TermRows } from './chunk-embedding.js';

/** A file that was read and cut into chunks. */
export interface ChunkedFile {
  readonly file: FileCommit;
  readonly text: string;
  readonly chunks: readonly Chunk[];
}

/** Turns chunks into terms, vectors and postings, and texts into blocks. */
export class FileEncoder {
  private vocabulary = new Vocabulary();
  private counter = new TermCounter(this.vocabulary);
  private rows: TermRows | undefined;

  constructor(
    private readonly embedder: StaticEmbedder | undefined,
    private readonly storeText: boolean,
  ) {
    this.rows = this.newRows();
  }

  /** Term of each id that `encode` has given to a segment builder. */
  get terms(): readonly string[] {
    return this.vocabulary.terms;
  }

  /** Begins a segment. A vocabulary lives for many of them, until it is full. */
  begin(): void {
    if (!this.vocabulary.isFull) return;
    this.vocabulary = new Vocabulary();
    this.counter = new TermCounter(this.vocabulary);
    this.rows = this.newRows();
  }

  encode({ file, text, chunks }: ChunkedFile, work: BatchWork): void {
    work.builder.beginFile(file.path);
    const offsets = lineOffsets(text, chunks);
    chunks.forEach((chunk, i) => {
      work.enter('terms');
      const terms = this.countTerms(file.path, text, chunk, offsets[i]!, offsets[i + 1]!);
      work.enter('embed');
      const vector = this.rows === undefined ? undefined : embedChunk(this.rows, terms);
      work.enter('segment');
      work.builder.addChunk(chunk, terms, vector);
    });
    work.enter('text');
    work.files.push(this.storeText && isStorable(text) ? { ...file, text: work.texts.add(text) } : file);
  }

  private countTerms(path: string, text: string, chunk: Chunk, from: number, to: number): ChunkTerms {
    this.counter.begin();
    this.counter.add(text, from, to);
    for (const name of chunk.names) this.counter.add(name, 0, name.length, FIELD_SYMBOL);
    this.counter.add(chunk.parent, 0, chunk.parent.length, FIELD_PARENT);
    this.counter.add(path, 0, path.length, FIELD_PATH);
    return this.counter.finish();
  }

  private newRows(): TermRows | undefined {
    return this.embedder && { embedder: this.embedder, terms: this.vocabulary.terms, rows: [] };
  }
}

/** Hits of a longer text are shown from the file, as without stored texts. */
function isStorable(text: string): boolean {
  return text.length <= MAX_TEXT_BLOCK_BYTES && Buffer.byteLength(text) <= MAX_TEXT_BLOCK_BYTES;
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
