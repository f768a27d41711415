import { termsOf } from './terms.js';

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
  /** Distinct identifiers as they were written, and the ids of their terms. */
  private readonly tokens: string[] = [];
  private readonly tokenTerms: Uint32Array[] = [];
  private tokenHashes = new Uint32Array(INITIAL_SLOTS);
  /** Open addressing with linear probing: token number + 1, or 0 for an empty slot. */
  private slots = new Uint32Array(INITIAL_SLOTS);

  get isFull(): boolean {
    return this.tokens.length >= MAX_TOKENS;
  }

  /** Ids of the terms of `text.slice(start, end)`, an identifier or a word. */
  termsAt(text: string, start: number, end: number): Uint32Array {
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = (hash ^ (hash >>> 15)) >>> 0;
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (let entry = this.slots[slot]!; entry !== 0; entry = this.slots[slot]!) {
      const token = entry - 1;
      if (this.tokenHashes[token] === hash && equalsAt(text, start, end, this.tokens[token]!))
        return this.tokenTerms[token]!;
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

  private learn(slice: string, hash: number, slot: number): Uint32Array {
    // A slice keeps its whole source text alive in V8; going through a buffer makes a copy that does not.
    const token = Buffer.from(slice, 'utf16le').toString('utf16le');
    const ids = Uint32Array.from(termsOf(token), (term) => this.idOf(term));
    const number = this.tokens.length;
    if (number >= this.tokenHashes.length) this.tokenHashes = grown(this.tokenHashes);
    this.tokens.push(token);
    this.tokenTerms.push(ids);
    this.tokenHashes[number] = hash;
    this.slots[slot] = number + 1;
    if (this.tokens.length * 2 > this.slots.length) this.rehash();
    return ids;
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
