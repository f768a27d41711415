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
