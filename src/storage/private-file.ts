import { closeSync, fchmodSync, openSync } from 'node:fs';
import { isSystemError } from '../shared/errors.js';

/**
 * Creates an empty file that only its owner may read, whatever the umask; SQLite gives the files beside it the same rights.
 * Leaves an existing file untouched and unopened.
 */
export function createPrivateFile(path: string): void {
  try {
    const descriptor = openSync(path, 'wx', 0o600);
    fchmodSync(descriptor, 0o600);
    closeSync(descriptor);
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'EEXIST') throw error;
  }
}
