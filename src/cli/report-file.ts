import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errors, isSystemError } from '../shared/errors.js';

/**
 * The place of a report that does not exist yet or is a file: links are followed, so that a link stays one.
 * @throws MindIndexError where it cannot be a file; asked early, that costs nobody the time of a measurement
 */
export function reportPlace(path: string, cwd: string): string {
  const place = resolve(cwd, path);
  try {
    const stat = statSync(place, { throwIfNoEntry: false });
    if (stat?.isDirectory()) throw errors.reportNotWritable(path, 'it is a directory');
    if (stat !== undefined && !stat.isFile()) throw errors.reportNotWritable(path, 'it is not an ordinary file');
    if (stat !== undefined) return realpathSync(place);
    if (!statSync(dirname(place), { throwIfNoEntry: false })?.isDirectory()) {
      throw errors.reportNotWritable(path, `there is no directory \`${dirname(place)}\``);
    }
    return place;
  } catch (error) {
    throw isSystemError(error) ? errors.reportNotWritable(path, reasonOf(error), error) : error;
  }
}

/** Writes a report as a whole or not at all: beside its place, then by a rename. */
export function writeReport(path: string, cwd: string, text: string): void {
  const place = reportPlace(path, cwd);
  const draft = join(dirname(place), `.${basename(place)}.${process.pid}.tmp`);
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    renameSync(draft, place);
  } catch (error) {
    rmSync(draft, { force: true });
    throw isSystemError(error) ? errors.reportNotWritable(path, reasonOf(error), error) : error;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
};

function reasonOf({ code = '', message }: NodeJS.ErrnoException): string {
  return REASONS[code] ?? message;
}
