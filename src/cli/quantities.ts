import { bytes } from '../shared/quantities.js';

export { bytes, count, duration, plural } from '../shared/quantities.js';

/** Whole seconds as an ETA: `9s`, `2m 03s`, `1h 02m`. */
export function shortSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${twoDigits(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h ${twoDigits(Math.floor((seconds % 3600) / 60))}m`;
}

/** A share as whole percent, rounded down so that only what is done says 100 %; 0 of 0 is done. */
export function percent(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.min(100, Math.floor((part / whole) * 100));
}

/** A setting's value with its unit: `50 files`, `1.0 MiB`, `auto`. */
export function settingText(value: unknown, unit: string | undefined): string {
  if (Array.isArray(value)) return value.join(', ') || 'none';
  if (typeof value !== 'number' || unit === undefined) return String(value);
  return unit === 'bytes' ? bytes(value) : `${value} ${unit}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
