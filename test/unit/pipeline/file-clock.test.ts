import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UNKNOWN_MTIME_MS } from '../../../src/shared/file-stamp.js';
import { earliestFileTime, readFileClock } from '../../../src/pipeline/file-clock.js';
import { readContent } from '../../../src/pipeline/file-reader.js';

const HOUR_MS = 3_600_000;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mind-index-file-clock-'));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** Puts the clock of the program wrong; that of the file system stays. */
function putClock(hours: number): void {
  const now = Date.now.bind(Date);
  vi.spyOn(Date, 'now').mockImplementation(() => now() + hours * HOUR_MS);
}

describe('the clock of the files', () => {
  it('is read without changing more of a directory than its change time', () => {
    const before = statSync(folder);
    const clock = readFileClock(folder)!;
    const after = statSync(folder);
    expect([after.mode, after.mtimeMs]).toEqual([before.mode, before.mtimeMs]);
    expect(clock.fileTimeMs).toBe(after.ctimeMs);
  });

  it('is not known of what does not exist: then the program’s own has to do', () => {
    expect(readFileClock(join(folder, 'nowhere'))).toBeUndefined();
    putClock(5);
    expect(earliestFileTime(undefined)).toBeGreaterThan(statSync(folder).ctimeMs + 4 * HOUR_MS);
  });

  it.each([-5, 0, 5])(
    'does not trust the time of a file written just now when the program is %s hours off',
    (hours) => {
      const clock = readFileClock(folder);
      const path = join(folder, 'fresh.ts');
      putClock(hours);
      writeFileSync(path, 'fig');
      expect(readContent(folder, 'fresh.ts', 1000, earliestFileTime(clock))).toMatchObject({
        stamp: { mtimeMs: UNKNOWN_MTIME_MS },
      });
    },
  );

  it('follows the machine when the program’s clock was put forward meanwhile', () => {
    const clock = readFileClock(folder)!;
    putClock(5);
    const earliest = earliestFileTime(clock);
    expect(earliest).toBeGreaterThanOrEqual(clock.fileTimeMs);
    expect(earliest).toBeLessThan(clock.fileTimeMs + HOUR_MS);
  });
});
