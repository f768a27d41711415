import type { Config } from '../config/config.js';
import { contentSettings } from '../config/fingerprint.js';
import { refuseLinkedIndex } from '../config/index-place.js';
import { embedderIdentity } from '../embedding/create-embedder.js';
import type { EventBus } from '../shared/events.js';
import { openSqliteReader } from '../storage/sqlite-reader.js';
import type { ExportReport, ExportTarget } from '../transfer/export-index.js';
import type { ImportReport } from '../transfer/import-index.js';
import type { Manifest } from '../transfer/manifest.js';
import { discoverTree, fingerprintOf } from './parts.js';

export type { ExportReport, ExportTarget } from '../transfer/export-index.js';
export type { ImportReport } from '../transfer/import-index.js';
export type { Manifest } from '../transfer/manifest.js';

/** What an export or import needs beside its settings. */
export interface TransferContext {
  readonly bus: EventBus;
  /** What was asked for, shown to whoever finds the index locked by it. */
  readonly command: string;
  /** Runs work that ends by itself when the signal is aborted. */
  readonly interruptible: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
}

/** Writes the index, as it is committed now, into one file or stream. */
export async function exportIndex(
  config: Config,
  target: ExportTarget,
  toolVersion: string,
  context: TransferContext,
): Promise<ExportReport> {
  const [transfer, { readCheckedOut }, { GitContent }] = await Promise.all([
    import('../transfer/export-index.js'),
    import('../discovery/git-state.js'),
    import('../discovery/git-content.js'),
  ]);
  const { root, indexDir, maxFileBytes } = config;
  return transfer.exportIndex({
    ...{ root, indexDir, maxFileBytes, toolVersion, target, ...context },
    discover: () => discoverTree(config),
    openGitContent: () => GitContent.open(root, config.gitConfigHome),
    readCheckedOut: () => readCheckedOut(root, config.gitConfigHome.variables),
    openReader: openSqliteReader,
  });
}

/** Puts the index of an export in the place of the one of this folder. It is as new as the export: `runIndex` comes next. */
export async function importIndex(config: Config, file: string, context: TransferContext): Promise<ImportReport> {
  refuseLinkedIndex(config);
  const transfer = await import('../transfer/import-index.js');
  return transfer.importIndex({
    ...{ file, indexDir: config.indexDir, ...context },
    fingerprint: fingerprintOf(config),
    embedder: embedderIdentity(config.embedder),
    contentSettings: contentSettings(config.values),
  });
}

/** Verifies an export as an import would; throws where it is damaged. */
export async function verifyExport(file: string, bus: EventBus, signal: AbortSignal): Promise<Manifest> {
  const transfer = await import('../transfer/verify-export.js');
  return transfer.verifyExport(file, bus, signal);
}
