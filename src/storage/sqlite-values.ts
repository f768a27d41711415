import type { SqlRow, SqlValue } from './sqlite-database.js';

/** A row that holds what this program never writes. SQLite keeps any type in any column, whatever the column was made for. */
export class DamagedRowError extends Error {
  override readonly name = 'DamagedRowError';
}

/** A value that must be a whole number from 0 on. */
export function wholeNumber(value: SqlValue | undefined, name: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new DamagedRowError(`\`${name}\` is ${described(value)} where a whole number belongs`);
}

/** A value that must be a time in milliseconds, or another finite number. */
export function finiteNumber(value: SqlValue | undefined, name: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new DamagedRowError(`\`${name}\` is ${described(value)} where a number belongs`);
}

/** A value that must be a text. */
export function text(value: SqlValue | undefined, name: string): string {
  if (typeof value === 'string') return value;
  throw new DamagedRowError(`\`${name}\` is ${described(value)} where a text belongs`);
}

/** A value that must be a SHA-256 or null. */
export function digestOrNull(value: SqlValue | undefined, name: string): Uint8Array | null {
  if (value === null || (value instanceof Uint8Array && value.length === 32)) return value;
  throw new DamagedRowError(`\`${name}\` is ${described(value)} where a digest belongs`);
}

/** The columns of a row that must be whole numbers, in the order they are named. */
export function wholeNumbers<Name extends string>(row: SqlRow, ...names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, wholeNumber(row[name], name)])) as Record<Name, number>;
}

/** The type alone: the value may be anything, and of any length. */
function described(value: SqlValue | undefined): string {
  if (value === null || value === undefined) return 'nothing';
  if (value instanceof Uint8Array) return `a blob of ${value.length} bytes`;
  return typeof value === 'number' ? `the number ${value}` : `a text of ${value.length} characters`;
}
