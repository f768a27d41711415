import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { errors } from '../shared/errors.js';
import type { EventBus } from '../shared/events.js';
import { ExportFile } from './export-file.js';
import { checkBytes, databaseBytes, unpackDatabase, verifyContent } from './export-steps.js';
import type { Manifest } from './manifest.js';
import { WORK_FILES, temporaryWorkFolder } from './work-folder.js';

/**
 * Verifies an export as an import would, in a temporary folder; returns its manifest. Throws where it is damaged, and where
 * the signal aborts.
 */
export async function verifyExport(path: string, bus: EventBus, signal: AbortSignal): Promise<Manifest> {
  const file = await ExportFile.open(path);
  try {
    await checkBytes(file, bus, signal);
    const work = temporaryWorkFolder();
    try {
      const database = join(work.path, WORK_FILES.snapshot);
      const { bavail, bsize } = statfsSync(work.path);
      if (databaseBytes(file) > bavail * bsize) throw errors.diskFull(work.path);
      await unpackDatabase(file, database, bus, signal);
      verifyContent(file, database, work.path, bus);
      return file.manifest;
    } finally {
      work.remove();
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw errors.transferInterrupted('verification', error);
    throw error;
  } finally {
    await file.close();
  }
}
