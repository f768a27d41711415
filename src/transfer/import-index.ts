import { errors } from '../shared/errors.js';
import type { EventBus } from '../shared/events.js';
import { IndexReplacement, type ReplacedIndex } from '../storage/index-replacement.js';
import { storeFailure } from '../storage/sqlite-connection.js';
import { ExportFile } from './export-file.js';
import { checkBytes, databaseBytes, unpackDatabase, verifyContent } from './export-steps.js';
import type { Manifest, SettingTexts } from './manifest.js';

/** What an import is made of; `app` puts it together. */
export interface ImportParts {
  /** The export. */
  readonly file: string;
  readonly indexDir: string;
  /** Fingerprint of the settings here, which the export must have been made with. */
  readonly fingerprint: string;
  readonly embedder: string;
  /** The settings behind it. */
  readonly contentSettings: Readonly<Record<string, unknown>>;
  /** What was asked for, shown to whoever finds the index locked. */
  readonly command: string;
  readonly bus: EventBus;
  /** Runs work that ends by itself when the signal is aborted. */
  readonly interruptible: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
}

/** What was imported. */
export interface ImportReport {
  readonly file: string;
  readonly indexDir: string;
  readonly manifest: Manifest;
  /** The index that was there before; null where there was none. */
  readonly replaced: ReplacedIndex | null;
}

/**
 * The story of an import: check all of the export, unpack it beside the index, verify what came out as strictly as an index
 * of our own, and put it in place by a rename. Until then the index in place is not touched.
 */
export async function importIndex(parts: ImportParts): Promise<ImportReport> {
  const { bus, indexDir, interruptible } = parts;
  const file = await ExportFile.open(parts.file);
  try {
    refuseOtherSettings(file, parts);
    await interruptible((signal) => checkBytes(file, bus, signal));
    const replacement = IndexReplacement.begin(indexDir, parts.command);
    try {
      replacement.reserve(databaseBytes(file));
      await interruptible((signal) => unpackDatabase(file, replacement.path, bus, signal));
      verifyContent(file, replacement.path, indexDir, bus);
      replacement.publish();
      return { file: file.path, indexDir, manifest: file.manifest, replaced: replacement.replaced };
    } finally {
      replacement.close();
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw errors.transferInterrupted('import', error);
    throw storeFailure(indexDir, error, 'write');
  } finally {
    await file.close();
  }
}

/** An index of other settings would be built anew by the next run: importing it gains nothing. */
function refuseOtherSettings(file: ExportFile, { fingerprint, embedder, contentSettings }: ImportParts): void {
  const { settings } = file.manifest;
  if (settings.fingerprint === fingerprint) return;
  const differences = [
    ...settingDifferences(settings.values, contentSettings),
    ...(settings.embedder === embedder
      ? []
      : [`the embedder is \`${settings.embedder}\` there and \`${embedder}\` here`]),
  ];
  const unknown = `its fingerprint is \`${settings.fingerprint}\`, that of the settings here \`${fingerprint}\``;
  throw errors.exportOtherSettings(file.path, differences.length > 0 ? differences : [unknown]);
}

function settingDifferences(there: SettingTexts | null, here: Readonly<Record<string, unknown>>): string[] {
  if (there === null) return [];
  return Object.entries(here)
    .filter(([key, value]) => there[key] !== value)
    .map(([key, value]) => `\`${key}\` is ${shown(there[key])} there and ${shown(value)} here`);
}

/** A value on one line and without power over a terminal. */
function shown(value: unknown): string {
  return value === undefined
    ? 'unknown'
    : JSON.stringify(value)
        .slice(0, 80)
        .replace(/[^\x20-\x7e]/g, '?');
}
