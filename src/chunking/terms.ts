import { stem } from './stemmer.js';

/** Identifiers longer than this are data (hashes, base64), not words: they are left out. */
const MAX_TOKEN_LENGTH = 64;
/** Plain numbers longer than this are data, not something anyone searches. */
const MAX_NUMBER_LENGTH = 8;

/**
 * Words without meaning for search: English function words and the syntax words that stand in nearly every chunk.
 * Keywords that people do ask for (`class`, `import`, `async`) are kept.
 */
const STOP_WORDS = new Set(
  (
    'a an and are as at be been but by can do does for from had has have how if in into is it its no not of on or ' +
    'our out so such than that the their them then there these they this to up was we were what when where which ' +
    'while who why will with would you your const let var return else self true false null none nil undefined'
  ).split(' '),
);

const SEPARATOR = 0;
const WORD = 1;

/** Character classes of the ASCII range: identifiers are runs of letters, digits and `_`. */
const ASCII_CLASS = Uint8Array.from({ length: 128 }, (_, code) =>
  /[A-Za-z0-9_]/.test(String.fromCharCode(code)) ? WORD : SEPARATOR,
);

function classOf(code: number): number {
  if (code < 128) return ASCII_CLASS[code]!;
  return /[\p{L}\p{N}\p{M}]/u.test(String.fromCharCode(code)) || (code >= 0xd800 && code <= 0xdfff) ? WORD : SEPARATOR;
}

/** Han, kana and hangul are written without spaces: they are matched by pairs of characters. */
const UNSPACED_SCRIPT = /[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;
/** Runs of such characters, and what stands between them: `使用HTTP` is two words. */
const RUNS_OF_SCRIPT = new RegExp(`${UNSPACED_SCRIPT.source}+|[^${UNSPACED_SCRIPT.source.slice(1)}+`, 'g');

/** Told of an identifier or word: where it stands, and two independent hashes of its UTF-16 units. */
export type TokenVisitor = (start: number, end: number, hash: number, secondHash: number) => void;

/** Calls `visit` for every identifier or word in `text` between `from` and `to`. */
export function scanTokens(text: string, from: number, to: number, visit: TokenVisitor): void {
  let position = from;
  while (position < to) {
    let code = text.charCodeAt(position);
    if ((code < 128 ? ASCII_CLASS[code] : classOf(code)) === SEPARATOR) {
      position++;
      continue;
    }
    const start = position;
    // FNV-1a, and the polynomial hash of Java's strings: hashed while the characters are at hand.
    let hash = 0x811c9dc5;
    let secondHash = 0;
    do {
      hash = Math.imul(hash ^ code, 0x01000193);
      secondHash = (Math.imul(secondHash, 31) + code) | 0;
      if (++position === to) break;
      code = text.charCodeAt(position);
    } while ((code < 128 ? ASCII_CLASS[code] : classOf(code)) !== SEPARATOR);
    if (position - start <= MAX_TOKEN_LENGTH) visit(start, position, hash, secondHash);
  }
}

/** The words inside an identifier, lower case, in order: `getHTTPResponse2` gives get, http, response, 2. */
export function splitIdentifier(identifier: string): string[] {
  return isAscii(identifier) ? splitAscii(identifier) : splitUnicode(identifier);
}

const OTHER = 0;
const LOWER = 1;
const UPPER = 2;
const DIGIT = 3;
const ASCII_KIND = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /[a-z]/.test(character) ? LOWER : /[A-Z]/.test(character) ? UPPER : /[0-9]/.test(character) ? DIGIT : OTHER;
});

/** `splitUnicode` for the common case, without regular expressions: it runs once for every distinct identifier. */
function splitAscii(identifier: string): string[] {
  const folded = identifier.toLowerCase();
  const parts: string[] = [];
  let start = 0;
  let previous = OTHER;
  for (let i = 0; i <= identifier.length; i++) {
    const kind = i < identifier.length ? ASCII_KIND[identifier.charCodeAt(i)]! : OTHER;
    const isBoundary =
      kind !== previous &&
      // A capital belongs to the word that follows it: `Xml` in `parseXml`, `Response` in `HTTPResponse`.
      !(previous === UPPER && kind === LOWER);
    if (isBoundary) {
      if (previous !== OTHER) parts.push(folded.slice(start, i));
      start = i;
    } else if (previous === UPPER && kind === LOWER && i - 1 > start) {
      parts.push(folded.slice(start, i - 1));
      start = i - 1;
    }
    previous = kind;
  }
  return parts;
}

function splitUnicode(identifier: string): string[] {
  const spaced = identifier
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/(\p{N})(\p{L})/gu, '$1 $2')
    .replace(/(\p{L})(\p{N})/gu, '$1 $2');
  return spaced
    .toLowerCase()
    .split(/[_\s]+/)
    .filter((part) => part !== '');
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 128) return false;
  return true;
}

/**
 * The terms of one identifier or word: its stemmed words and, for a compound, the stem of the whole without its
 * separators, so that `maxRetries`, `max_retries`, `MAX_RETRIES` and `maxretries` share a term. Documents and queries
 * use the same terms. `termOf` is for callers that remember what it answers.
 */
export function termsOf(identifier: string, termOf = termOfWord): string[] {
  if (isAscii(identifier)) return termsOfCompound(identifier, termOf);
  // Accents may be composed or not (file names of macOS are not); halves of a surrogate pair are no characters.
  const text = identifier.normalize('NFC').replace(/\p{Cs}/gu, '_');
  if (!UNSPACED_SCRIPT.test(text)) return termsOfCompound(text, termOf);
  const runs = text.match(RUNS_OF_SCRIPT)!;
  return [...new Set(runs.flatMap((run) => (UNSPACED_SCRIPT.test(run) ? pairs(run) : termsOfCompound(run, termOf))))];
}

/** The term of a lower-case word without separators; empty for words that are left out. */
export function termOfWord(word: string): string {
  return keep(word) ? stem(word) : '';
}

function termsOfCompound(identifier: string, termOf: (word: string) => string): string[] {
  const words = splitIdentifier(identifier);
  const terms: string[] = [];
  const add = (term: string) => {
    if (term !== '' && !terms.includes(term)) terms.push(term);
  };
  if (words.length === 1) add(termOf(words[0]!));
  else {
    const whole = words.join('');
    if (whole.length > 1 && !isLongNumber(whole)) add(stem(whole));
    for (const word of words) if (word.length > 1) add(termOf(word));
  }
  return terms;
}

function keep(word: string): boolean {
  return !STOP_WORDS.has(word) && !isLongNumber(word);
}

function isLongNumber(word: string): boolean {
  return word.length > MAX_NUMBER_LENGTH && /^\p{N}+$/u.test(word);
}

function pairs(text: string): string[] {
  const characters = [...text];
  if (characters.length === 1) return [text];
  return [...new Set(characters.slice(1).map((character, i) => characters[i]! + character))];
}
