import { termOfWord, termsOf } from './terms.js';

/** Above this many distinct identifiers a vocabulary is full: `isFull` says that a new one should be begun. */
const MAX_TOKENS = 262_144;
const INITIAL_SLOTS = 1 << 15;

/** Words of a slot: both hashes, then where the token's terms begin in `termsOfTokens`, and their number + 1. */
const SLOT_WORDS = 4;

/**
 * Numbers terms and remembers the terms of every identifier it has seen, so that splitting and stemming happen once
 * per distinct identifier and not once per occurrence. Most of the cost of a lookup is cache misses: a slot holds all
 * that is known of an identifier in 16 bytes, and the identifier itself is not kept. It is known by two hashes of 32
 * bits: that two of 262,144 identifiers share both has a probability below 2 in a billion.
 */
export class Vocabulary {
  /** Term of each id. */
  readonly terms: string[] = [];
  private readonly termIds = new Map<string, number>();
  private readonly wordTerms = new Map<string, string>();
  private slots = new Uint32Array(INITIAL_SLOTS * SLOT_WORDS);
  private tokenCount = 0;
  private termsOfTokens = new Uint32Array(INITIAL_SLOTS * 2);
  private termsOfTokensLength = 0;

  get isFull(): boolean {
    return this.tokenCount >= MAX_TOKENS;
  }

  /** Calls `visit` with the id of each term of `text.slice(start, end)`, a token as `scanTokens` finds and hashes it. */
  forEachTerm(
    text: string,
    start: number,
    end: number,
    hash: number,
    secondHash: number,
    visit: (id: number) => void,
  ): void {
    let slot = this.find(hash >>> 0, secondHash >>> 0);
    if (this.slots[slot + 3] === 0) slot = this.learn(slot, text.slice(start, end), hash >>> 0, secondHash >>> 0);
    const first = this.slots[slot + 2]!;
    const last = first + this.slots[slot + 3]! - 1;
    for (let i = first; i < last; i++) visit(this.termsOfTokens[i]!);
  }

  /** Id of a term as it stands, without splitting or stemming. */
  idOf(term: string): number {
    let id = this.termIds.get(term);
    if (id === undefined) {
      id = this.terms.length;
      const kept = detached(term);
      this.terms.push(kept);
      this.termIds.set(kept, id);
    }
    return id;
  }

  /** Offset of the token's slot, or of the free one where it belongs: open addressing with linear probing. */
  private find(hash: number, secondHash: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    let slot = (Math.imul(hash ^ (hash >>> 15), SLOT_WORDS) & mask) >>> 0;
    while (slots[slot + 3] !== 0 && (slots[slot] !== hash || slots[slot + 1] !== secondHash)) {
      slot = (slot + SLOT_WORDS) & mask;
    }
    return slot;
  }

  /** Fills the free slot of a new token, and returns where it is after the table has grown. */
  private learn(slot: number, token: string, hash: number, secondHash: number): number {
    const terms = termsOf(token, (word) => this.termOf(word));
    const first = this.termsOfTokensLength;
    if (first + terms.length > this.termsOfTokens.length) this.termsOfTokens = grown(this.termsOfTokens);
    for (const term of terms) this.termsOfTokens[this.termsOfTokensLength++] = this.idOf(term);
    this.slots.set([hash, secondHash, first, terms.length + 1], slot);
    this.tokenCount++;
    if (this.tokenCount * 2 * SLOT_WORDS <= this.slots.length) return slot;
    this.rehash();
    return this.find(hash, secondHash);
  }

  /** Words recur in thousands of identifiers: each is stemmed once. */
  private termOf(word: string): string {
    let term = this.wordTerms.get(word);
    if (term === undefined) {
      const kept = detached(word);
      term = termOfWord(kept);
      this.wordTerms.set(kept, term);
    }
    return term;
  }

  private rehash(): void {
    const old = this.slots;
    this.slots = new Uint32Array(old.length * 2);
    for (let slot = 0; slot < old.length; slot += SLOT_WORDS) {
      if (old[slot + 3] !== 0)
        this.slots.set(old.subarray(slot, slot + SLOT_WORDS), this.find(old[slot]!, old[slot + 1]!));
    }
  }
}

/** V8 keeps the whole source text alive behind slices of 13 characters and more; a copy through a buffer lets it go. */
function detached(slice: string): string {
  return slice.length < 13 ? slice : Buffer.from(slice, 'utf16le').toString('utf16le');
}

function grown(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}
