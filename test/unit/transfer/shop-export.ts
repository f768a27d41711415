import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import type { CheckedOut } from '../../../src/discovery/git-state.js';
import { EventBus } from '../../../src/shared/events.js';
import { openSqliteReader } from '../../../src/storage/sqlite-reader.js';
import { exportIndex, type ExportReport } from '../../../src/transfer/export-index.js';
import { encodeHeader } from '../../../src/transfer/export-format.js';
import { importIndex, type ImportReport } from '../../../src/transfer/import-index.js';
import type { Manifest } from '../../../src/transfer/manifest.js';
import type { ShopIndex } from '../search/shop-index.js';

export const SETTINGS = { contentVersion: 1, 'chunk.maxLines': 60, storeText: true };

/** Work that nobody interrupts. */
const uninterrupted = <T>(work: (signal: AbortSignal) => Promise<T>) => work(new AbortController().signal);

/** Exports the index of a shop to `file`. */
export function exportShop(shop: ShopIndex, file: string, checkedOut?: CheckedOut): Promise<ExportReport> {
  return exportIndex({
    root: shop.root,
    indexDir: shop.indexDir,
    maxFileBytes: shop.maxFileBytes,
    toolVersion: '1.2.3',
    target: { kind: 'file', path: file },
    bus: new EventBus(),
    discover: () => shop.discover(),
    openGitContent: () => undefined,
    readCheckedOut: async () => checkedOut,
    openReader: openSqliteReader,
    interruptible: uninterrupted,
  });
}

/** Imports `file` into `indexDir`, with the settings of the shop unless told otherwise. */
export function importShop(
  file: string,
  indexDir: string,
  settings: { readonly fingerprint?: string; readonly embedder?: string; readonly contentSettings?: object } = {},
): Promise<ImportReport> {
  return importIndex({
    file,
    indexDir,
    fingerprint: 'apples-v1',
    embedder: '',
    contentSettings: SETTINGS,
    command: 'mind-index import',
    bus: new EventBus(),
    interruptible: uninterrupted,
    ...(settings as { readonly fingerprint?: string }),
  });
}

/** An export in its parts, to be changed and put together again with hashes that are right. */
export interface LooseExport {
  manifest: Manifest;
  files: Buffer;
  database: Buffer;
}

export function takeApart(file: string): LooseExport {
  const bytes = readFileSync(file);
  const from = 16 + bytes.readUInt32LE(12);
  const manifest = JSON.parse(bytes.toString('utf8', 16, from)) as Manifest;
  const [files, database] = manifest.sections;
  const between = from + files!.storedBytes;
  return {
    manifest,
    files: brotliDecompressSync(bytes.subarray(from, between)),
    database: brotliDecompressSync(bytes.subarray(between, between + database!.storedBytes)),
  };
}

/** Every hash and size as it should be, whatever the content: only its meaning can be wrong. */
export function putTogether({ manifest, files, database }: LooseExport): Buffer {
  const stored = [files, database].map((content) => compressed(content));
  const sections = [files, database].map((content, at) => ({
    ...{ name: at === 0 ? 'files' : 'database', compression: 'brotli' },
    ...{ storedBytes: stored[at]!.length, storedSha256: sha256(stored[at]!) },
    ...{ contentBytes: content.length, contentSha256: sha256(content) },
  }));
  return seal(JSON.stringify({ ...manifest, sections }), stored);
}

export function compressed(content: Buffer): Buffer {
  return brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
}

/** An export of any manifest and any sections, with the hash of the whole at its end. */
export function seal(manifest: string, sections: readonly Buffer[]): Buffer {
  const json = Buffer.from(manifest);
  const bytes = Buffer.concat([encodeHeader(json.length), json, ...sections]);
  return Buffer.concat([bytes, Buffer.from(sha256(bytes), 'hex')]);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A folder of files with their hashes: equal before and after what must not change it. Locks and empty logs come and go. */
export function footprint(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter(
    (name) => !/^lock|-shm$/.test(name) && statSync(join(folder, name)).size > 0,
  );
  return Object.fromEntries(names.sort().map((name) => [name, sha256(readFileSync(join(folder, name)))]));
}

/** A folder of its own among the temporary files. */
export class Scratch {
  readonly path = mkdtempSync(join(tmpdir(), 'mind-index-transfer-'));

  at(name: string): string {
    return join(this.path, name);
  }

  write(name: string, bytes: Uint8Array | string): string {
    writeFileSync(this.at(name), bytes);
    return this.at(name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
