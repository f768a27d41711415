import { isAscii, isUtf8 } from 'node:buffer';

/** Text and how its bytes were read, or why they could not be. */
export type Decoding =
  | { readonly kind: 'text'; readonly text: string; readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1' }
  | { readonly kind: 'skip'; readonly reason: 'binary' | 'undecodable' };

const BINARY: Decoding = { kind: 'skip', reason: 'binary' };
const UNDECODABLE: Decoding = { kind: 'skip', reason: 'undecodable' };

/** Decodes a file: byte order marks first (and taken off), then UTF-8, then Latin-1 where that is beyond doubt. */
export function decode(bytes: Buffer): Decoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes.subarray(2), 'utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeUtf16(bytes.subarray(2), 'utf-16be');
  const body = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  if (body.includes(0)) return BINARY;
  // An ASCII string is built from bytes as they are, at memory speed.
  if (isAscii(body)) return { kind: 'text', text: body.toString('latin1'), encoding: 'utf-8' };
  if (isUtf8(body)) return { kind: 'text', text: body.toString('utf8'), encoding: 'utf-8' };
  if (body.some(isBinaryControl)) return BINARY;
  if (!looksLikeLatin1(body)) return UNDECODABLE;
  return { kind: 'text', text: decodeWestern(body), encoding: 'latin1' };
}

function decodeUtf16(body: Buffer, encoding: 'utf-16le' | 'utf-16be'): Decoding {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(body);
    // U+0000 in UTF-16 means UTF-32, or no text at all.
    return text.includes('\0') ? BINARY : { kind: 'text', text, encoding };
  } catch {
    return UNDECODABLE;
  }
}

/** Control characters that text does not hold; tab, line ends, form feed and escape are fine. */
function isBinaryControl(byte: number): boolean {
  return byte < 0x20 && (byte < 0x08 || byte > 0x0d) && byte !== 0x1b;
}

/** Windows-1252's typographic signs in the range where Latin-1 has controls; its other signs there are rare in text. */
const TYPOGRAPHY: ReadonlyMap<number, string> = new Map([
  [0x80, '€'],
  [0x85, '…'],
  [0x91, '‘'],
  [0x92, '’'],
  [0x93, '“'],
  [0x94, '”'],
  [0x95, '•'],
  [0x96, '–'],
  [0x97, '—'],
  [0x99, '™'],
]);

/** Not by `TextDecoder`: Node 20's reads Windows-1252 as Latin-1. */
function decodeWestern(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\x80-\x9f]/g, (sign) => TYPOGRAPHY.get(sign.charCodeAt(0)) ?? sign);
}

const FIRST_LETTER = 0xc0;
const TIMES = 0xd7;
const DIVIDED = 0xf7;
/** Western words have now and then two such letters in a row (`ações`); words of other scripts have more. */
const MAX_LETTERS_IN_A_ROW = 2;
/** More than this share of bytes beyond ASCII is another script, or no text. */
const MAX_HIGH_SHARE = 0.15;

/**
 * Whether bytes that are not UTF-8 can only be Latin-1 or Windows-1252: few of them, each a letter inside or beside an
 * ASCII word, or a common sign. Cyrillic, Greek and Asian encodings form runs of high bytes, or use the control range.
 */
function looksLikeLatin1(bytes: Buffer): boolean {
  let high = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte < 0x80) continue;
    if (byte < 0xa0 && !TYPOGRAPHY.has(byte)) return false;
    high++;
    if (!isHighLetter(byte)) continue;
    const start = at;
    while (isHighLetter(bytes[at + 1] ?? 0)) at++;
    const letters = at - start + 1;
    high += letters - 1;
    if (letters > MAX_LETTERS_IN_A_ROW) return false;
    const inWord = isAsciiLetter(bytes[start - 1]) && isAsciiLetter(bytes[at + 1]);
    if (letters > 1 && !inWord) return false;
  }
  return high <= bytes.length * MAX_HIGH_SHARE;
}

function isHighLetter(byte: number): boolean {
  return byte >= FIRST_LETTER && byte !== TIMES && byte !== DIVIDED;
}

function isAsciiLetter(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a));
}
