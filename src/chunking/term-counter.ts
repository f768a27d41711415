import { MAX_BODY_COUNT } from '../shared/posting.js';
import { scanTokens } from './terms.js';
import type { Vocabulary } from './vocabulary.js';

/** The terms of one chunk. The arrays are views that the next `begin` overwrites. */
export interface ChunkTerms {
  /** Vocabulary ids of the distinct terms, in order of first appearance. */
  readonly ids: Uint32Array;
  /** One posting byte per id; see `shared/posting`. */
  readonly postings: Uint8Array;
  /** Number of term occurrences in the body: the document length of BM25. */
  readonly length: number;
}

/** Counts the terms of one chunk after another, reusing its arrays. */
export class TermCounter {
  /** Posting byte by term id; zero for every term outside the current chunk. */
  private counts = new Uint8Array(1 << 15);
  private ids = new Uint32Array(1 << 10);
  private postings = new Uint8Array(1 << 10);
  private distinct = 0;
  private length = 0;

  constructor(private readonly vocabulary: Vocabulary) {}

  begin(): void {
    for (let i = 0; i < this.distinct; i++) this.counts[this.ids[i]!] = 0;
    this.distinct = 0;
    this.length = 0;
  }

  /** Counts the terms of `text` between two positions as body, or marks them with a field bit. */
  add(text: string, from: number, to: number, field = 0): void {
    const count = (id: number) => this.count(id, field);
    scanTokens(text, from, to, (start, end, hash, secondHash) => {
      this.vocabulary.forEachTerm(text, start, end, hash, secondHash, count);
    });
  }

  finish(): ChunkTerms {
    if (this.postings.length < this.ids.length) this.postings = new Uint8Array(this.ids.length);
    for (let i = 0; i < this.distinct; i++) this.postings[i] = this.counts[this.ids[i]!]!;
    return {
      ids: this.ids.subarray(0, this.distinct),
      postings: this.postings.subarray(0, this.distinct),
      length: this.length,
    };
  }

  private count(id: number, field: number): void {
    if (id >= this.counts.length) this.growCounts();
    const before = this.counts[id]!;
    if (before === 0) {
      if (this.distinct === this.ids.length) this.growIds();
      this.ids[this.distinct++] = id;
    }
    if (field === 0) {
      this.length++;
      if ((before & MAX_BODY_COUNT) < MAX_BODY_COUNT) this.counts[id] = before + 1;
    } else {
      this.counts[id] = before | field;
    }
  }

  private growCounts(): void {
    const larger = new Uint8Array(Math.max(this.counts.length * 2, this.vocabulary.terms.length));
    larger.set(this.counts);
    this.counts = larger;
  }

  private growIds(): void {
    const larger = new Uint32Array(this.ids.length * 2);
    larger.set(this.ids);
    this.ids = larger;
  }
}
