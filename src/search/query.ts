import { scanTokens, termsOf } from '../chunking/terms.js';

/** A query as the retrievers need it. */
export interface Query {
  readonly text: string;
  /** Distinct terms in order, as documents have them. */
  readonly terms: readonly string[];
  /** How much each term counts, 0..1: words that ask are worth less than words that name. */
  readonly emphasis: readonly number[];
  /** The identifiers and words as they were typed, without duplicates. */
  readonly tokens: readonly string[];
  /** What the query is after when it is one name, such as `parseQuery` or `Router::get`; else undefined. */
  readonly symbol: string | undefined;
}

/** Words in which people ask about code; rare in the code itself, which would make them seem telling. */
const ASKING_TERMS = new Set(
  (
    'implementation implement logic mechanism work handling support code function functions class classes method ' +
    'file files use used using usage main internal internals core general based different various between during ' +
    'before after like get happen happens provide provides define defined definition'
  )
    .split(' ')
    .flatMap((word) => termsOf(word)),
);
const ASKING_EMPHASIS = 0.35;

/**
 * One name, perhaps qualified: `Foo`, `foo.bar`, `Foo::bar`, `Foo#bar`, `foo->bar`, `bar()`. A single lower-case word may
 * be prose as well; it still counts as a name, since it is all there is to go by.
 */
const SYMBOL_QUERY = /^[\p{L}_$@][\p{L}\p{N}_$]*[!?]?(?:(?:\.|::|#|->|\/)[\p{L}_$][\p{L}\p{N}_$]*[!?]?)*(?:\(\))?$/u;

export function parseQuery(text: string): Query {
  const trimmed = text.trim();
  const tokens = new Set<string>();
  scanTokens(trimmed, 0, trimmed.length, (start, end) => tokens.add(trimmed.slice(start, end)));
  const terms = [...new Set([...tokens].flatMap((word) => termsOf(word)))];
  const emphasis = terms.map((term) => (terms.length > 1 && ASKING_TERMS.has(term) ? ASKING_EMPHASIS : 1));
  const symbol = SYMBOL_QUERY.test(trimmed) ? lastName(trimmed) : undefined;
  return { text: trimmed, terms, emphasis, tokens: [...tokens], symbol };
}

function lastName(text: string): string {
  return text
    .replace(/\(\)$/, '')
    .split(/\.|::|#|->|\//)
    .at(-1)!;
}
