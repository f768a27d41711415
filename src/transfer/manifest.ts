import type { SectionName } from './export-format.js';
import { SECTION_NAMES, maxContentBytes } from './export-format.js';

/** One section as the manifest describes it. Sizes are bytes, hashes SHA-256 in hexadecimal. */
export interface SectionEntry {
  readonly name: SectionName;
  readonly compression: 'brotli';
  /** As it stands in the file. */
  readonly storedBytes: number;
  readonly storedSha256: string;
  /** Inflated. */
  readonly contentBytes: number;
  readonly contentSha256: string;
}

/** The commit that was checked out, and how the files that matter to the index differ from it. */
export interface GitState {
  readonly commit: string;
  readonly clean: boolean;
  /** Number of files that differ: changed, deleted, or not tracked. */
  readonly differing: number;
  /** The first of them, in path order. */
  readonly paths: readonly string[];
}

/** Values of settings by key. */
export type SettingTexts = Readonly<Record<string, string | number | boolean | null>>;

/** What an export says of itself, before anything of it is unpacked. */
export interface Manifest {
  /** Version of mind-index that wrote it. */
  readonly toolVersion: string;
  /** Null outside of git. */
  readonly git: GitState | null;
  readonly settings: {
    /** Equal for two machines whose indexes of the same files are equal. */
    readonly fingerprint: string;
    readonly embedder: string;
    /** The settings behind the fingerprint; null where the index does not tell them. */
    readonly values: SettingTexts | null;
  };
  readonly index: {
    readonly digest: string;
    /** False while a run was under way, or interrupted: the next run has more to do. */
    readonly complete: boolean;
    /** How far the files had moved on from the index when it was exported. */
    readonly behind: { readonly added: number; readonly changed: number; readonly removed: number };
    readonly files: number;
    readonly chunks: number;
    /** Bytes of indexed source. */
    readonly bytes: number;
  };
  readonly sections: readonly SectionEntry[];
}

/** A manifest that is not what an export has; the message says where. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

const SHA256 = /^[0-9a-f]{64}$/;
const VERSION = /^[\w.+-]{1,64}$/;
/** Fingerprints and embedders: printed to terminals, so nothing else may be in them. */
const IDENTITY = /^[\w./:-]{0,256}$/;
const COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

/** Reads the manifest's JSON and checks the shape of all of it. Throws `ManifestError`. */
export function parseManifest(json: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new ManifestError('it is not JSON');
  }
  const root = objectAt(value, 'manifest');
  const settings = objectAt(root['settings'], 'settings');
  const index = objectAt(root['index'], 'index');
  const behind = objectAt(index['behind'], 'index.behind');
  return {
    toolVersion: stringAt(root['toolVersion'], 'toolVersion', VERSION),
    git: root['git'] === null ? null : gitState(objectAt(root['git'], 'git')),
    settings: {
      fingerprint: stringAt(settings['fingerprint'], 'settings.fingerprint', IDENTITY),
      embedder: stringAt(settings['embedder'], 'settings.embedder', IDENTITY),
      values: settings['values'] === null ? null : settingTexts(objectAt(settings['values'], 'settings.values')),
    },
    index: {
      digest: stringAt(index['digest'], 'index.digest', SHA256),
      complete: booleanAt(index['complete'], 'index.complete'),
      behind: {
        added: countAt(behind['added'], 'index.behind.added'),
        changed: countAt(behind['changed'], 'index.behind.changed'),
        removed: countAt(behind['removed'], 'index.behind.removed'),
      },
      files: countAt(index['files'], 'index.files'),
      chunks: countAt(index['chunks'], 'index.chunks'),
      bytes: countAt(index['bytes'], 'index.bytes'),
    },
    sections: sectionEntries(arrayAt(root['sections'], 'sections')),
  };
}

/** The settings of an object; throws `ManifestError` where a value is not one that a content setting can have. */
export function settingTexts(values: Readonly<Record<string, unknown>>): SettingTexts {
  const texts: Record<string, string | number | boolean | null> = Object.create(null) as Record<string, null>;
  for (const [key, value] of Object.entries(values)) {
    if (typeof value === 'object' && value !== null)
      throw new ManifestError(`\`settings.values\` holds a nested value`);
    texts[key] = value as string | number | boolean | null;
  }
  return texts;
}

function gitState(git: Readonly<Record<string, unknown>>): GitState {
  return {
    commit: stringAt(git['commit'], 'git.commit', COMMIT),
    clean: booleanAt(git['clean'], 'git.clean'),
    differing: countAt(git['differing'], 'git.differing'),
    paths: arrayAt(git['paths'], 'git.paths').map((path, at) => stringAt(path, `git.paths[${at}]`)),
  };
}

function sectionEntries(entries: readonly unknown[]): readonly SectionEntry[] {
  if (entries.length !== SECTION_NAMES.length) {
    throw new ManifestError(`\`sections\` has ${entries.length} entries instead of ${SECTION_NAMES.length}`);
  }
  return entries.map((entry, at) => sectionEntry(objectAt(entry, `sections[${at}]`), SECTION_NAMES[at]!));
}

function sectionEntry(entry: Readonly<Record<string, unknown>>, name: SectionName): SectionEntry {
  const where = `section \`${name}\``;
  if (entry['name'] !== name) throw new ManifestError(`${where} is not where it should be`);
  if (entry['compression'] !== 'brotli') throw new ManifestError(`${where} has an unknown compression`);
  const storedBytes = countAt(entry['storedBytes'], `${where}.storedBytes`);
  const contentBytes = countAt(entry['contentBytes'], `${where}.contentBytes`);
  if (contentBytes > maxContentBytes(storedBytes)) {
    throw new ManifestError(`${where} would inflate from ${storedBytes} to ${contentBytes} bytes`);
  }
  return {
    name,
    compression: 'brotli',
    storedBytes,
    storedSha256: stringAt(entry['storedSha256'], `${where}.storedSha256`, SHA256),
    contentBytes,
    contentSha256: stringAt(entry['contentSha256'], `${where}.contentSha256`, SHA256),
  };
}

function objectAt(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ManifestError(`\`${where}\` is not an object`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function arrayAt(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new ManifestError(`\`${where}\` is not a list`);
  return value;
}

function stringAt(value: unknown, where: string, form?: RegExp): string {
  if (typeof value !== 'string' || (form !== undefined && !form.test(value))) {
    throw new ManifestError(`\`${where}\` is missing or not of its form`);
  }
  return value;
}

function booleanAt(value: unknown, where: string): boolean {
  if (typeof value !== 'boolean') throw new ManifestError(`\`${where}\` is neither true nor false`);
  return value;
}

function countAt(value: unknown, where: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new ManifestError(`\`${where}\` is not a count`);
  return value as number;
}
