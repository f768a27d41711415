import { isUtf8 } from 'node:buffer';

/**
 * A name of the file system from its bytes (one character per byte). Names that are not UTF-8 cannot be opened by
 * their text: each byte beyond ASCII is shown as `\xHH`, so that two of them never look the same.
 */
export function decodeName(bytes: string): { readonly name: string; readonly valid: boolean } {
  if (/^[\x00-\x7f]*$/.test(bytes)) return { name: bytes, valid: true };
  const buffer = Buffer.from(bytes, 'latin1');
  if (isUtf8(buffer)) return { name: buffer.toString('utf8'), valid: true };
  const name = bytes.replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
  return { name, valid: false };
}

/** The bytes of `text` in UTF-8, one character per byte. */
export function toByteString(text: string): string {
  return /^[\x00-\x7f]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** Orders paths by their bytes in UTF-8, which differs from JavaScript's order for characters beyond U+FFFF only. */
export function comparePaths(a: string, b: string): number {
  if (a === b) return 0;
  const end = Math.min(a.length, b.length);
  for (let at = 0; at < end; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left === right) continue;
    const surrogates = Number(isSurrogate(left)) - Number(isSurrogate(right));
    return surrogates === 0 ? left - right : left >= 0xd800 && right >= 0xd800 ? surrogates : left - right;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
