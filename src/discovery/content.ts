import { languageOf } from '../shared/languages.js';
import type { SkipReason } from '../shared/model.js';
import { decode } from './decoding.js';
import { isMarkedGenerated } from './generated-marker.js';
import { isMinified } from './minified-code.js';
import { isSecretPath } from './secret-names.js';

/** A file's text, or why its content keeps it out of the index. */
export type Inspection =
  | { readonly kind: 'text'; readonly text: string; readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1' }
  | { readonly kind: 'skip'; readonly reason: SkipReason };

/** Private keys of OpenSSL, OpenSSH, PGP and PuTTY begin with these words. */
const PRIVATE_KEY = /^\s*(-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----|PuTTY-User-Key-File-\d)/;

/** The key file of a service account: JSON with a private key among its first members. */
const KEY_IN_JSON = /^\s*\{[^]*"private_key"\s*:\s*"-----BEGIN/;
const HEAD_CHARACTERS = 4096;

function holdsKey(text: string): boolean {
  if (PRIVATE_KEY.test(text.slice(0, 100))) return true;
  const head = text.slice(0, HEAD_CHARACTERS);
  return head.includes('"private_key"') && KEY_IN_JSON.test(head);
}

/** Judges the bytes of a candidate. Runs in the threads that read files, on every byte of the tree. */
export function inspectContent(path: string, bytes: Buffer): Inspection {
  const decoded = decode(bytes);
  if (decoded.kind === 'skip') return decoded;
  const { text } = decoded;
  // A path that looks like a secret has come so far only because it was asked for.
  if (holdsKey(text) && !isSecretPath(path)) return { kind: 'skip', reason: 'secret' };
  const language = languageOf(path);
  if (isMarkedGenerated(text, language)) return { kind: 'skip', reason: 'generated' };
  if (isMinified(text, language)) return { kind: 'skip', reason: 'minified' };
  return decoded;
}
