import { TermCounter } from '../../src/chunking/term-counter.js';
import { splitIdentifier } from '../../src/chunking/terms.js';
import { Vocabulary } from '../../src/chunking/vocabulary.js';
import type { Chunk } from '../../src/shared/model.js';
import { FIELD_PARENT, FIELD_PATH, FIELD_SYMBOL } from '../../src/shared/posting.js';
import type { TermBag } from './pair-set.js';

const MIN_QUERY_TERMS = 2;
const MAX_QUERY_TERMS = 32;
const MIN_DOCUMENT_TERMS = 4;
/** Documents with more distinct terms than a chunk has are data. */
const MAX_DOCUMENT_TERMS = 400;

/** Counts terms as the indexer does, by one vocabulary for a repository. */
export class ChunkTerms {
  private readonly vocabulary = new Vocabulary();
  private readonly counter = new TermCounter(this.vocabulary);

  get terms(): readonly string[] {
    return this.vocabulary.terms;
  }

  /** Distinct terms of a query's text; undefined when there are too few to ask for anything. */
  query(text: string): readonly number[] | undefined {
    this.counter.begin();
    this.counter.add(text, 0, text.length);
    const ids = [...this.counter.finish().ids];
    const words = ids.filter((id) => /[a-z]{2}/.test(this.terms[id]!)).length;
    return words >= MIN_QUERY_TERMS ? ids.slice(0, MAX_QUERY_TERMS) : undefined;
  }

  /** Terms of names that are made of several words; undefined where they hold but one. */
  nameQuery(...names: readonly string[]): readonly number[] | undefined {
    const words = names.flatMap((name) => splitIdentifier(name)).filter((word) => word.length > 2);
    return words.length >= MIN_QUERY_TERMS ? this.query(names.join(' ')) : undefined;
  }

  /** Terms of a document with its names and path, as the indexer weighs them; `without` are left out. */
  document(text: string, path: string, chunk: Chunk | undefined, without?: readonly number[]): TermBag | undefined {
    const { counter } = this;
    counter.begin();
    counter.add(text, 0, text.length);
    for (const name of chunk?.names ?? []) counter.add(name, 0, name.length, FIELD_SYMBOL);
    if (chunk !== undefined) counter.add(chunk.parent, 0, chunk.parent.length, FIELD_PARENT);
    counter.add(path, 0, path.length, FIELD_PATH);
    const { ids, postings } = counter.finish();
    const left = new Set(without);
    const kept = [...ids.keys()].filter((i) => !left.has(ids[i]!));
    if (kept.length < MIN_DOCUMENT_TERMS || kept.length > MAX_DOCUMENT_TERMS) return undefined;
    return { ids: kept.map((i) => ids[i]!), postings: kept.map((i) => postings[i]!) };
  }
}
