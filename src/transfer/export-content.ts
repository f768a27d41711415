import { verifyReader } from '../pipeline/verify-index.js';
import { MindIndexError, errors } from '../shared/errors.js';
import { adoptDatabase, examineForeign, openForeign } from '../storage/sqlite-adoption.js';
import { storeFailure } from '../storage/sqlite-connection.js';
import type { SqliteReader } from '../storage/sqlite-reader.js';
import { verifySqliteStore } from '../storage/sqlite-verify.js';
import type { ExportFile } from './export-file.js';
import { fileListHash } from './file-list.js';
import { isPathInside } from './inner-path.js';

/** Problems that the error names. */
const NAMED_PROBLEMS = 3;

/**
 * Makes sure that an unpacked database is an index of ours, and makes it fit to be one here. Throws `export-damaged` or
 * `export-newer-version`.
 */
export function adoptUnpacked(file: ExportFile, database: string, indexDir: string): void {
  asDamageOf(file, indexDir, () => {
    const found = examineForeign(database);
    if (found.kind === 'newer-version') throw errors.exportNewerVersion(file.path, found.found, found.supported);
    if (found.kind === 'corrupt') throw file.damaged(found.detail);
    adoptDatabase(database);
  });
}

/**
 * Verifies an unpacked database as `verify` does, every file's digest from its chunks, and that it is the index which the
 * manifest describes. Throws `export-damaged` with the first problems.
 */
export function verifyUnpacked(file: ExportFile, database: string, indexDir: string): void {
  asDamageOf(file, indexDir, () => {
    const reader = openForeign(database, indexDir);
    try {
      const problems = reader.snapshot(() => problemsOf(reader, file));
      if (problems.length === 0) return;
      const left = problems.length - NAMED_PROBLEMS;
      const more = left > 0 ? `; and ${left} more` : '';
      throw file.damaged(problems.slice(0, NAMED_PROBLEMS).join('; ') + more);
    } finally {
      reader.close();
    }
  });
}

function problemsOf(reader: SqliteReader, { manifest }: ExportFile): string[] {
  const report = verifyReader(reader, { storeProblems: () => verifySqliteStore(reader) });
  if (report.problems.length > 0) return [...report.problems];
  const { settings, index, sections } = manifest;
  const found = reader.settings();
  const totals = reader.totals();
  const claims: readonly (readonly [name: string, claimed: unknown, found: unknown])[] = [
    ['settings fingerprint', settings.fingerprint, found.fingerprint],
    ['embedder', settings.embedder, found.embedder],
    ['number of files', index.files, totals.files],
    ['number of chunks', index.chunks, totals.chunks],
    ['number of bytes', index.bytes, totals.bytes],
    ['index digest', index.digest, report.digestRecomputed],
    ['list of files', sections.find(({ name }) => name === 'files')!.contentSha256, fileListHash(reader)],
  ];
  const lies = claims
    .filter(([, claimed, actual]) => claimed !== actual)
    .map(([name]) => `the manifest tells another ${name} than the database`);
  return [...lies, ...unsafePaths(reader)];
}

function unsafePaths(reader: SqliteReader): string[] {
  const problems: string[] = [];
  for (const { path } of reader.files()) {
    if (!isPathInside(path)) problems.push(`the path ${JSON.stringify(path)} leads out of the folder`);
  }
  return problems;
}

/**
 * Runs what looks into a database that a stranger made. What it throws is damage, unless the file system or a full disk is to
 * blame: the bytes passed their checksums, and so say something about whoever made them.
 */
function asDamageOf(file: ExportFile, indexDir: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    const failure = storeFailure(indexDir, error, 'write');
    if (failure instanceof MindIndexError && !DAMAGES.has(failure.code)) throw failure;
    throw file.damaged(error instanceof Error ? error.message : String(error), error);
  }
}

const DAMAGES = new Set(['index-corrupt', 'segment-corrupt', 'index-changed']);
