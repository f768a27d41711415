/** 12345 as `12,345`. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A number with its noun: `1 file`, `2 files`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Bytes in powers of 1024 with at most three digits: `512 B`, `1.4 KiB`, `57.1 MiB`. */
export function bytes(value: number): string {
  let power = 0;
  let scaled = value;
  // 999.5 already rounds to four digits.
  while (scaled >= 999.5 && power < BYTE_UNITS.length - 1) {
    scaled /= 1024;
    power += 1;
  }
  return `${power > 0 && scaled < 99.95 ? scaled.toFixed(1) : count(scaled)} ${BYTE_UNITS[power]}`;
}

/** Bytes as whole mebibytes, rounded up: a limit that is given as said is large enough. */
export function wholeMebibytes(value: number): string {
  return `${Math.ceil(value / 2 ** 20)} MiB`;
}

/** A time in milliseconds as people say it: `340 ms`, `4.1 s`, `2 m 03 s`, `1 h 02 m`. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 3600
    ? `${Math.floor(seconds / 60)} m ${twoDigits(seconds % 60)} s`
    : `${Math.floor(seconds / 3600)} h ${twoDigits(Math.floor((seconds % 3600) / 60))} m`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
