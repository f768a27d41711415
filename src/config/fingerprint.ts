import { createHash } from 'node:crypto';
import { CONTENT_VERSION, SETTINGS, type Setting } from './defaults.js';

/** Hex digits of a fingerprint: 64 bits, where two settings meet by chance once in four billion indexes. */
const FINGERPRINT_DIGITS = 16;

/** Keys of the settings that make other stored content, derived from their marks. */
export const CONTENT_KEYS: readonly string[] = Object.entries(SETTINGS as Record<string, Setting<unknown>>)
  .filter(([, setting]) => setting.affectsContent)
  .map(([key]) => key)
  .sort();

/** What the fingerprint speaks of: the settings that affect content, and the version of what they mean. */
export function contentSettings(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries([
    ['contentVersion', CONTENT_VERSION],
    ...CONTENT_KEYS.map((key) => [key, values[key]] as const),
  ]);
}

/**
 * Fingerprint of everything in `values` (by setting key) that affects stored content: the first hex digits of a SHA-256
 * over the sorted `key=value` lines and the content version. Indexes of different fingerprints never mix.
 */
export function contentFingerprint(
  values: Readonly<Record<string, unknown>>,
  contentVersion = CONTENT_VERSION,
): string {
  const lines = CONTENT_KEYS.map((key) => `${key}=${JSON.stringify(values[key])}\n`);
  return createHash('sha256')
    .update(`contentVersion=${contentVersion}\n${lines.join('')}`)
    .digest('hex')
    .slice(0, FINGERPRINT_DIGITS);
}
