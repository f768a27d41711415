import { lstatSync, mkdirSync, mkdtempSync, rmSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { MindIndexError, errors, isSystemError } from '../shared/errors.js';
import { IndexLock, LOCK_FILES } from '../storage/index-lock.js';
import { DATABASE_FILE, SIDE_FILES } from '../storage/sqlite-connection.js';

/** Names in a work folder. Nothing else in it is ever deleted. */
export const WORK_FILES = {
  snapshot: DATABASE_FILE,
  files: 'files.br',
  database: 'database.br',
  whole: 'whole',
} as const;

/** A folder for what is only needed while an export is made or looked at; readable by its owner only. */
export interface WorkFolder {
  readonly path: string;
  remove(): void;
}

/**
 * The work folder of the export to `target`, beside it and so on the same disk. It has one name, and a lock: what a killed
 * export has left there is removed by the next one, and two exports to one file do not meet.
 */
export function workFolderBeside(target: string): WorkFolder {
  const path = join(dirname(target), `.${basename(target)}.partial`);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'EEXIST') throw error;
    refuseForeign(path);
  }
  let lock: IndexLock;
  try {
    lock = IndexLock.acquire(path, 'mind-index export');
  } catch (error) {
    if (error instanceof MindIndexError) throw errors.exportUnderWay(target, error);
    throw error;
  }
  empty(path);
  return {
    path,
    remove: () => {
      empty(path);
      lock.releaseAndDelete();
      for (const name of LOCK_FILES) rmSync(join(path, name), { force: true });
      removeIfEmpty(path);
    },
  };
}

/** A work folder among the temporary files of the system, for what ends up in no file here. */
export function temporaryWorkFolder(): WorkFolder {
  const path = mkdtempSync(join(tmpdir(), 'mind-index-'));
  const removeFolder = () => {
    empty(path);
    removeIfEmpty(path);
  };
  // For an end that nobody foresaw; the name is new each time, so nobody would tidy up.
  process.once('exit', removeFolder);
  return {
    path,
    remove: () => {
      process.off('exit', removeFolder);
      removeFolder();
    },
  };
}

/** In a folder that others may write into, the name can be taken by a link or by somebody else's folder. */
function refuseForeign(path: string): void {
  const stat = lstatSync(path);
  if (!stat.isDirectory() || stat.uid !== (process.getuid?.() ?? stat.uid)) {
    throw errors.exportNotWritable(path, 'something that is not a folder of yours stands there');
  }
}

function empty(path: string): void {
  for (const name of Object.values(WORK_FILES)) {
    for (const suffix of ['', ...SIDE_FILES]) rmSync(join(path, name + suffix), { force: true });
  }
}

function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if (!isSystemError(error) || (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST')) throw error;
  }
}
