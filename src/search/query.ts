import { scanTokens, termsOf } from '../chunking/terms.js';

/** A query as the retrievers need it. */
export interface Query {
  readonly text: string;
  /** Distinct terms in order, as documents have them. */
  readonly terms: readonly string[];
  /** The identifiers and words as they were typed, without duplicates. */
  readonly tokens: readonly string[];
  /** What the query is after when it is one name, such as `parseQuery` or `Router::get`; else undefined. */
  readonly symbol: string | undefined;
}

/** One name, perhaps qualified: `Foo`, `foo.bar`, `Foo::bar`, `Foo#bar`, `foo->bar`, `bar()`. */
const SYMBOL_QUERY = /^[\p{L}_$@][\p{L}\p{N}_$]*[!?]?(?:(?:\.|::|#|->|\/)[\p{L}_$][\p{L}\p{N}_$]*[!?]?)*(?:\(\))?$/u;

export function parseQuery(text: string): Query {
  const trimmed = text.trim();
  const tokens = new Set<string>();
  scanTokens(trimmed, 0, trimmed.length, (start, end) => tokens.add(trimmed.slice(start, end)));
  const terms = new Set([...tokens].flatMap((word) => termsOf(word)));
  const symbol = SYMBOL_QUERY.test(trimmed) && looksLikeName(trimmed) ? lastName(trimmed) : undefined;
  return { text: trimmed, terms: [...terms], tokens: [...tokens], symbol };
}

/** A single lower-case word may be prose as well; it still counts as a name, since it is all there is to go by. */
function looksLikeName(text: string): boolean {
  return !/\s/.test(text);
}

function lastName(text: string): string {
  return text.replace(/\(\)$/, '').split(/\.|::|#|->|\//).at(-1)!;
}
