import { termOfWord, termsOf } from './terms.js';

/** Above this many distinct identifiers a vocabulary is full: `isFull` says that a new one should be begun. */
const MAX_TOKENS = 262_144;
const INITIAL_SLOTS = 1 << 15;

/**
 * Numbers terms and remembers the terms of every identifier it has seen, so that splitting and stemming happen once
 * per distinct identifier and not once per occurrence. Lookups hash the characters in place: no string is cut out of
 * the source for a known identifier, which is what makes extracting terms cheap beside parsing.
 */
export class Vocabulary {
  /** Term of each id. */
  readonly terms: string[] = [];
  private readonly termIds = new Map<string, number>();
  private readonly wordTerms = new Map<string, string>();
  /** Distinct identifiers as they were written. */
  private readonly tokens: string[] = [];
  private tokenHashes = new Uint32Array(INITIAL_SLOTS);
  /** The term ids of token t are `termsOfTokens` from `ends[t - 1]` to `ends[t]`: one array, since small ones weigh 200 bytes each. */
  private ends = new Uint32Array(INITIAL_SLOTS);
  private termsOfTokens = new Uint32Array(INITIAL_SLOTS * 2);
  /** Open addressing with linear probing: token number + 1, or 0 for an empty slot. */
  private slots = new Uint32Array(INITIAL_SLOTS);

  get isFull(): boolean {
    return this.tokens.length >= MAX_TOKENS;
  }

  /** Calls `visit` with the id of each term of `text.slice(start, end)`, an identifier or a word. */
  forEachTerm(text: string, start: number, end: number, visit: (id: number) => void): void {
    const token = this.tokenAt(text, start, end);
    const last = this.ends[token]!;
    for (let i = token === 0 ? 0 : this.ends[token - 1]!; i < last; i++) visit(this.termsOfTokens[i]!);
  }

  private tokenAt(text: string, start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = (hash ^ (hash >>> 15)) >>> 0;
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (let entry = this.slots[slot]!; entry !== 0; entry = this.slots[slot]!) {
      const token = entry - 1;
      if (this.tokenHashes[token] === hash && equalsAt(text, start, end, this.tokens[token]!)) return token;
      slot = (slot + 1) & mask;
    }
    return this.learn(text.slice(start, end), hash, slot);
  }

  /** Id of a term as it stands, without splitting or stemming. */
  idOf(term: string): number {
    let id = this.termIds.get(term);
    if (id === undefined) {
      id = this.terms.length;
      this.terms.push(term);
      this.termIds.set(term, id);
    }
    return id;
  }

  private learn(slice: string, hash: number, slot: number): number {
    const token = this.tokens.length;
    const text = detached(slice);
    const terms = termsOf(text, (word) => this.termOf(word));
    let end = token === 0 ? 0 : this.ends[token - 1]!;
    if (end + terms.length > this.termsOfTokens.length) this.termsOfTokens = grown(this.termsOfTokens);
    for (const term of terms) this.termsOfTokens[end++] = this.idOf(term);
    if (token >= this.ends.length) {
      this.tokenHashes = grown(this.tokenHashes);
      this.ends = grown(this.ends);
    }
    this.tokens.push(text);
    this.tokenHashes[token] = hash;
    this.ends[token] = end;
    this.slots[slot] = token + 1;
    if (this.tokens.length * 2 > this.slots.length) this.rehash();
    return token;
  }

  /** Words recur in thousands of identifiers: each is stemmed once. */
  private termOf(word: string): string {
    let term = this.wordTerms.get(word);
    if (term === undefined) {
      term = termOfWord(word);
      this.wordTerms.set(word, term);
    }
    return term;
  }

  private rehash(): void {
    const slots = new Uint32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let token = 0; token < this.tokens.length; token++) {
      let slot = this.tokenHashes[token]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = token + 1;
    }
    this.slots = slots;
  }
}

/** V8 keeps the whole source text alive behind slices of 13 characters and more; a copy through a buffer lets it go. */
function detached(slice: string): string {
  return slice.length < 13 ? slice : Buffer.from(slice, 'utf16le').toString('utf16le');
}

function equalsAt(text: string, start: number, end: number, token: string): boolean {
  if (end - start !== token.length) return false;
  for (let i = 0; i < token.length; i++) if (text.charCodeAt(start + i) !== token.charCodeAt(i)) return false;
  return true;
}

function grown(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}
