import type { EventBus, TransferProgress } from '../shared/events.js';
import { adoptUnpacked, verifyUnpacked } from './export-content.js';
import type { ExportFile } from './export-file.js';

/** Compares every byte of an export with its hashes. */
export async function checkBytes(file: ExportFile, bus: EventBus, signal: AbortSignal): Promise<void> {
  await file.check(signal, progressOf(bus, 'check', file.byteLength));
}

/** Inflates the database of an export into the new file `target`. */
export async function unpackDatabase(
  file: ExportFile,
  target: string,
  bus: EventBus,
  signal: AbortSignal,
): Promise<void> {
  await file.unpack('database', target, signal, progressOf(bus, 'unpack', databaseBytes(file)));
}

/** Makes the unpacked database fit to be an index, and verifies all of it against the manifest. */
export function verifyContent(file: ExportFile, database: string, indexDir: string, bus: EventBus): void {
  bus.emit('transfer-progress', { step: 'verify', bytesDone: 0, bytesTotal: databaseBytes(file) });
  adoptUnpacked(file, database, indexDir);
  verifyUnpacked(file, database, indexDir);
}

/** Bytes of the database once it is unpacked, as the manifest tells. */
export function databaseBytes({ manifest }: ExportFile): number {
  return manifest.sections.find(({ name }) => name === 'database')!.contentBytes;
}

/** Tells of a step's progress, once per percent: a large export would else be told of thousands of times. */
export function progressOf(
  bus: EventBus,
  step: TransferProgress['step'],
  bytesTotal: number,
): (bytesDone: number) => void {
  let told = -1;
  return (bytesDone) => {
    const percent = bytesTotal === 0 ? 100 : Math.min(100, Math.floor((bytesDone / bytesTotal) * 100));
    if (percent === told) return;
    told = percent;
    bus.emit('transfer-progress', { step, bytesDone: Math.min(bytesDone, bytesTotal), bytesTotal });
  };
}
