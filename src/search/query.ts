import { stem } from '../chunking/stemmer.js';
import { scanTokens, splitIdentifier, termOfWord, termsOf } from '../chunking/terms.js';

/**
 * What a query is, since that decides which evidence counts: one `name`, perhaps qualified; the `path` of a file; a
 * `message` that a program printed; or `prose`, which is the rest.
 */
export type QueryKind = 'name' | 'path' | 'message' | 'prose';

/** One term that is looked up. */
export interface QueryTerm {
  readonly term: string;
  /** How much it counts, 0..1: words that ask are worth less than words that name. */
  readonly emphasis: number;
}

/** A name that is asked for, such as `Router::get`. */
export interface AskedName {
  /** The last part: `get`. */
  readonly name: string;
  /** The part before it: `Router`; empty where there is none. */
  readonly qualifier: string;
}

/** A query as the retrievers and the signals need it. */
export interface Query {
  readonly text: string;
  readonly kind: QueryKind;
  /** Distinct terms of what was typed, in order, as documents have them. */
  readonly terms: readonly QueryTerm[];
  /** Neighbouring words as code writes them in one name: `threadpool` for `thread pool`. Evidence of a phrase. */
  readonly joined: readonly QueryTerm[];
  /** The identifiers and words as they were typed, without duplicates. */
  readonly tokens: readonly string[];
  /** The query itself when it is a name, else the names in it that bear a mark of code, such as `res.send`. */
  readonly names: readonly AskedName[];
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
/** A joined term counts beside the terms of its parts. */
const JOINED_EMPHASIS = 0.5;

/** `Foo`, `foo.bar`, `Foo::bar`, `Foo#bar`, `foo->bar`, `foo/bar`, `bar()`; a single lower-case word may be prose as well. */
const NAME = /^[\p{L}_$@][\p{L}\p{N}_$]*[!?]?(?:(?:\.|::|#|->|\/)[\p{L}_$][\p{L}\p{N}_$]*[!?]?)*(?:\(\))?$/u;
const NAME_SEPARATOR = /\.|::|#|->|\//;
/** Endings that make a file of what could be a qualified name: `app.ts` is one, `app.render` is none. */
const SOURCE_ENDING =
  /\.(?:[cm]?[jt]sx?|py|pyi|rb|go|rs|java|kts?|scala|swift|exs?|cc?|cpp|cxx|hh?|hpp|cs|php|lua|zig|hs|sh|bash|md|json|ya?ml|toml|sql|html|css)$/i;
const PATH = /^(?:[\p{L}\p{N}_@.+-]+\/)*[\p{L}\p{N}_@+.-]+$/u;
/** Signs of a pasted message: something quoted, the name of an error before a colon, a word of failure beside one or at the start. */
const MESSAGE =
  /^(?:cannot|can't|could not|couldn't|unable to|failed to)\b|\b\w+(?:Error|Exception)\b:|\b(?:error|exception|panic|panicked|traceback|fatal|failed|failure|cannot|can't|could not|couldn't|unable to|invalid|unexpected|unknown|undefined|missing|expected)\b.*[:"'`(]|[:"'`].*\b(?:error|exception|failed|cannot|can't|could not|unable to|invalid|unexpected|not found|is not|must be)\b/i;
const MIN_MESSAGE_TOKENS = 4;
/** So much of a text is looked at for signs of a message: the search for two on one line takes the square of its length. */
const MAX_MESSAGE_HEAD = 1000;
/**
 * What bears a mark of code inside prose: qualified, called, an inner capital, an underscore. The runs before a mark are
 * bounded, since a long word without one is read again from each of its characters; longer identifiers are no terms either.
 */
const MARKED_NAME =
  /[\p{L}_$@][\p{L}\p{N}_$]{0,63}(?:(?:\.|::|#|->)[\p{L}_$][\p{L}\p{N}_$]*)+|[\p{L}_$][\p{L}\p{N}_$]{0,63}(?=\(\))|\p{Lu}?[\p{Ll}\p{N}]{1,64}\p{Lu}[\p{L}\p{N}]*|\p{L}[\p{L}\p{N}]{0,63}_[\p{L}\p{N}_]+/gu;

/** One word that may be prose as well as a name. */
const PLAIN_WORD = /^\p{Lu}?\p{Ll}+$/u;

export function parseQuery(text: string): Query {
  const trimmed = text.trim();
  const tokens: string[] = [];
  scanTokens(trimmed, 0, trimmed.length, (start, end) => tokens.push(trimmed.slice(start, end)));
  const distinct = [...new Set(tokens)];
  const typed = new Set(distinct.flatMap((word) => termsOf(word)));
  const terms = [...typed];
  const kind = kindOf(trimmed, tokens.length);
  return {
    text: trimmed,
    kind,
    terms: terms.map((term) => ({
      term,
      emphasis: terms.length > 1 && ASKING_TERMS.has(term) ? ASKING_EMPHASIS : 1,
    })),
    joined: joinedTerms(tokens)
      .filter((term) => !typed.has(term))
      .map((term) => ({ term, emphasis: JOINED_EMPHASIS })),
    tokens: distinct,
    names: kind === 'name' ? [nameOf(trimmed)] : markedNames(trimmed),
  };
}

/** True for a single name with a mark of code: who types `knockOnMelon` wants that name, not what else melons are knocked on by. */
export function isMarkedName({ kind, text }: Query): boolean {
  return kind === 'name' && !PLAIN_WORD.test(text);
}

function kindOf(text: string, tokenCount: number): QueryKind {
  if (PATH.test(text) && (SOURCE_ENDING.test(text) || text.split('/').length > 2)) return 'path';
  if (NAME.test(text)) return 'name';
  return tokenCount >= MIN_MESSAGE_TOKENS && MESSAGE.test(text.slice(0, MAX_MESSAGE_HEAD)) ? 'message' : 'prose';
}

function joinedTerms(tokens: readonly string[]): string[] {
  const words = tokens.flatMap((token) => splitIdentifier(token));
  const isTelling = (word: string | undefined) => word !== undefined && word.length > 1 && termOfWord(word) !== '';
  const joined = words.flatMap((word, i) => {
    const next = words[i + 1];
    return isTelling(word) && isTelling(next) ? [stem(word + next!)] : [];
  });
  return [...new Set(joined)];
}

function markedNames(text: string): AskedName[] {
  const marked = new Set([...text.matchAll(MARKED_NAME)].map(([name]) => name));
  return [...marked].map(nameOf);
}

function nameOf(text: string): AskedName {
  const parts = text.replace(/\(\)$/, '').split(NAME_SEPARATOR);
  return { name: parts.at(-1)!, qualifier: parts.at(-2) ?? '' };
}
