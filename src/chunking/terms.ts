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
const OTHER_SCRIPT = 2;

/** Character classes of the ASCII range: identifiers are runs of letters, digits and `_`. */
const ASCII_CLASS = Uint8Array.from({ length: 128 }, (_, code) =>
  /[A-Za-z0-9_]/.test(String.fromCharCode(code)) ? WORD : SEPARATOR,
);

function classOf(code: number): number {
  if (code < 128) return ASCII_CLASS[code]!;
  return /[\p{L}\p{N}\p{M}]/u.test(String.fromCharCode(code)) || (code >= 0xd800 && code <= 0xdfff)
    ? OTHER_SCRIPT
    : SEPARATOR;
}

/** Han, kana and hangul are written without spaces: they are matched by pairs of characters. */
const UNSPACED_SCRIPT = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;

/** Calls `visit` with the start and end of every identifier or word in `text` between `from` and `to`. */
export function scanTokens(text: string, from: number, to: number, visit: (start: number, end: number) => void): void {
  let position = from;
  while (position < to) {
    const code = text.charCodeAt(position);
    if ((code < 128 ? ASCII_CLASS[code] : classOf(code)) === SEPARATOR) {
      position++;
      continue;
    }
    const start = position++;
    while (position < to) {
      const next = text.charCodeAt(position);
      if ((next < 128 ? ASCII_CLASS[next] : classOf(next)) === SEPARATOR) break;
      position++;
    }
    if (position - start <= MAX_TOKEN_LENGTH) visit(start, position);
  }
}

/** The words inside an identifier, lower case, in order: `getHTTPResponse2` gives get, http, response, 2. */
export function splitIdentifier(identifier: string): string[] {
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

/**
 * The terms of one identifier or word: its stemmed words and, for a compound, the whole without its separators,
 * so that `maxRetries`, `max_retries` and `MAX_RETRIES` share `maxretries`. Documents and queries use the same terms.
 */
export function termsOf(identifier: string): string[] {
  if (UNSPACED_SCRIPT.test(identifier)) return pairs(identifier.toLowerCase());
  const parts = splitIdentifier(identifier);
  if (parts.length === 1) return keep(parts[0]!) ? [stem(parts[0]!)] : [];
  const terms = new Set<string>();
  const whole = parts.join('');
  if (whole.length > 1 && !isLongNumber(whole)) terms.add(whole);
  for (const part of parts) if (part.length > 1 && keep(part)) terms.add(stem(part));
  return [...terms];
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

/** The terms of a whole text in order of first appearance, without duplicates: what a query is made of. */
export function uniqueTerms(text: string): string[] {
  const terms = new Set<string>();
  scanTokens(text, 0, text.length, (start, end) => {
    for (const term of termsOf(text.slice(start, end))) terms.add(term);
  });
  return [...terms];
}
