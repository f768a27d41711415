import type { Chunker } from '../../src/chunking/chunker.js';
import type { GrammarLibrary } from '../../src/chunking/grammar-library.js';
import type { Language } from '../../src/shared/languages.js';
import type { Chunk } from '../../src/shared/model.js';
import type { ChunkTerms } from './chunk-terms.js';
import { commentBlocks, type CommentBlock } from './comment-blocks.js';
import type { PairCollector } from './pair-set.js';
import { proseOf } from './query-text.js';
import { hashOf } from './random.js';

const COMMENTS_PER_CHUNK = 2;
/** Chunks of a file that are paired with what its head or its path says. */
const CHUNKS_PER_FILE = 2;

/** A chunk, its lines, and the comments among them. */
interface Piece {
  readonly chunk: Chunk;
  readonly lines: readonly string[];
  readonly blocks: readonly CommentBlock[];
}

/** Makes pairs from the files of a repository: comment and code, name and body, what a file's head or path says and its content. */
export class SourcePairs {
  /** Queries seen: what is said twice (licences, boilerplate) describes nothing. */
  private readonly seen = new Set<string>();

  constructor(
    private readonly chunker: Chunker,
    private readonly grammars: GrammarLibrary,
    private readonly terms: ChunkTerms,
    private readonly pairs: PairCollector,
  ) {}

  async add(path: string, text: string, language: Language): Promise<void> {
    await this.grammars.prepare([language.grammar!]);
    const lines = text.split('\n');
    const pieces = this.chunker.chunk(text, language).chunks.map((chunk): Piece => {
      const own = lines.slice(chunk.startLine - 1, chunk.endLine);
      return { chunk, lines: own, blocks: commentBlocks(own, language) };
    });
    for (const piece of pieces) {
      this.addComments(path, piece);
      this.addName(path, piece);
    }
    this.addFile(path, pieces);
    if (this.grammars.releaseDue) await this.grammars.releaseTrees();
  }

  /** Each comment asks for its chunk without that comment. */
  private addComments(path: string, { chunk, lines, blocks }: Piece): void {
    let added = 0;
    for (const block of blocks) {
      if (added === COMMENTS_PER_CHUNK) return;
      const query = this.prose(block.text);
      if (query === undefined) continue;
      const rest = [...lines.slice(0, block.startLine), ...lines.slice(block.endLine)].join('\n');
      const document = this.terms.document(rest, path, chunk);
      if (document === undefined) continue;
      this.pairs.add('comment', query, document);
      added++;
    }
  }

  /** The words of a name ask for a chunk in which none of them stands. */
  private addName(path: string, { chunk, lines }: Piece): void {
    if (chunk.symbol === '') return;
    const query = this.fresh(this.terms.nameQuery(chunk.symbol));
    const document = query && this.terms.document(lines.join('\n'), path, chunk, query);
    if (document) this.pairs.add('name', query, document);
  }

  /** The comment at a file's head asks for its chunks; so do the words of its path, for chunks without those words. */
  private addFile(path: string, pieces: readonly Piece[]): void {
    const [first] = pieces;
    const head = first?.blocks.slice(0, 2).find(({ startLine, text }) => startLine < 40 && proseOf(text) !== undefined);
    const byHead = head && pieces.length > 1 ? this.prose(head.text, 'head of a file') : undefined;
    const byPath = this.fresh(this.terms.nameQuery(...wordsOfPath(path)), 'path');
    for (const { chunk, lines } of drawn(path, pieces.slice(1))) {
      const text = lines.join('\n');
      const ofHead = byHead && this.terms.document(text, '', chunk);
      if (ofHead) this.pairs.add('file', byHead, ofHead);
      const ofPath = byPath && this.terms.document(text, '', chunk, byPath);
      if (ofPath) this.pairs.add('file', byPath, ofPath);
    }
  }

  private prose(comment: string, use = ''): readonly number[] | undefined {
    const prose = proseOf(comment);
    return prose === undefined ? undefined : this.fresh(this.terms.query(prose), use);
  }

  private fresh(query: readonly number[] | undefined, use = ''): readonly number[] | undefined {
    if (query === undefined) return undefined;
    const key = `${use} ${query.join(' ')}`;
    if (this.seen.has(key)) return undefined;
    this.seen.add(key);
    return query;
  }
}

/** The stem of the file's name and the directory above. */
function wordsOfPath(path: string): string[] {
  return path
    .replace(/\.[^/]*$/, '')
    .split('/')
    .slice(-2);
}

function drawn(path: string, pieces: readonly Piece[]): Piece[] {
  return pieces
    .map((piece) => ({ piece, lot: hashOf(`${path}:${piece.chunk.startLine}`) }))
    .sort((a, b) => a.lot - b.lot)
    .slice(0, CHUNKS_PER_FILE)
    .map(({ piece }) => piece);
}
