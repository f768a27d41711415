import { createHash } from 'node:crypto';
import { errors, MindIndexError } from '../shared/errors.js';
import type { Discovery } from '../discovery/walk.js';
import { SegmentReader } from '../storage/segment-reader.js';
import type { FileRecord, StoreReader } from '../storage/store.js';
import { readContent } from './file-reader.js';
import { fileDigest, indexDigest, type DigestedChunk } from './index-digest.js';

/** What `verify` found; `ok` when there is no problem. */
export interface VerifyReport {
  readonly ok: boolean;
  /** `stale`: sound in itself, but not of the files; `corrupt`: not what was written. */
  readonly verdict: 'sound' | 'stale' | 'corrupt';
  readonly files: number;
  readonly chunks: number;
  /** From the digests that are stored file by file. */
  readonly digestStored: string;
  /** From the chunks as the segments hold them. */
  readonly digestRecomputed: string;
  /** Damage first, then what differs from the files. */
  readonly problems: readonly string[];
}

/** What to compare an index with. */
export interface VerifyOptions {
  /** Checks of the store itself. */
  readonly storeProblems: () => readonly string[];
  /** The tree, with `--source`: its files are read and hashed. */
  readonly source?: { readonly root: string; readonly maxFileBytes: number; readonly discovery: Discovery };
}

/** Recomputes every file's digest from its segment, checks segments and store, and compares with the files if asked. */
export function verifyReader(reader: StoreReader, options: VerifyOptions): VerifyReport {
  return reader.snapshot(() => {
    const problems = [...options.storeProblems()];
    const { fingerprint } = reader.settings();
    const segments = new Map<number, SegmentReader>();
    for (const { id } of reader.segments()) {
      attempt(`segment ${id}`, problems, () => {
        const segment = new SegmentReader(reader.openSegment(id));
        problems.push(...segment.verify().map((problem) => `segment ${id}: ${problem}`));
        segments.set(id, segment);
      });
    }
    const stored: Uint8Array[] = [];
    const recomputed: Uint8Array[] = [];
    let [files, chunks] = [0, 0];
    for (const record of reader.files()) {
      if (record.state !== 'indexed') continue;
      const digest =
        attempt(`\`${record.path}\``, problems, () => recompute(record, segments.get(record.segmentId))) ?? NO_DIGEST;
      if (record.digest === null || !Buffer.from(digest).equals(record.digest)) {
        problems.push(`\`${record.path}\`: its chunks do not match its digest`);
      }
      if (record.digest !== null) stored.push(record.digest);
      recomputed.push(digest);
      files++;
      chunks += record.chunkCount;
    }
    const isDamaged = problems.length > 0;
    if (options.source !== undefined) problems.push(...sourceProblems(reader, options.source));
    return {
      ok: problems.length === 0,
      verdict: isDamaged ? 'corrupt' : problems.length > 0 ? 'stale' : 'sound',
      files,
      chunks,
      digestStored: indexDigest(stored, fingerprint),
      digestRecomputed: indexDigest(recomputed, fingerprint),
      problems,
    };
  });
}

/** Stands for the digest of a file whose chunks cannot be read. */
const NO_DIGEST = new Uint8Array(32);

/** Runs a check; damage that ends it early is one more problem, not the end of the report. */
function attempt<T>(subject: string, problems: string[], check: () => T): T | undefined {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof MindIndexError)) throw error;
    problems.push(`${subject}: ${error.message}`);
    return undefined;
  }
}

function recompute(record: FileRecord, segment: SegmentReader | undefined): Uint8Array {
  const chunks: DigestedChunk[] = [];
  if (segment !== undefined && record.ordinal < segment.fileCount) {
    if (segment.path(record.ordinal) !== record.path)
      throw errors.segmentCorrupt(`\`${record.path}\` is not where it should be`);
    const [first, end] = segment.chunksOf(record.ordinal);
    for (let chunk = first; chunk < end; chunk++) {
      chunks.push({
        startLine: segment.startLine(chunk),
        endLine: segment.endLine(chunk),
        kind: segment.kind(chunk),
        symbol: segment.names(chunk).names[0] ?? '',
      });
    }
  }
  return fileDigest(record.path, record.contentHash ?? new Uint8Array(), chunks);
}

/** Files whose content is not what was indexed, in either direction. */
function sourceProblems(
  reader: StoreReader,
  { root, maxFileBytes, discovery }: NonNullable<VerifyOptions['source']>,
): string[] {
  const problems: string[] = [];
  const inTree = new Set(discovery.candidates.map(({ path }) => path));
  const known = new Set<string>();
  for (const record of reader.files()) {
    known.add(record.path);
    if (record.state !== 'indexed') continue;
    if (!inTree.has(record.path)) {
      problems.push(`\`${record.path}\` is in the index but not in the tree`);
      continue;
    }
    const content = readContent(root, record.path, maxFileBytes);
    if (content.kind === 'skip') problems.push(`\`${record.path}\` cannot be compared: ${content.reason}`);
    else if (
      record.contentHash === null ||
      !createHash('sha256').update(content.bytes).digest().equals(record.contentHash)
    ) {
      problems.push(`\`${record.path}\` has changed since it was indexed`);
    }
  }
  for (const path of inTree) if (!known.has(path)) problems.push(`\`${path}\` is in the tree but not in the index`);
  return problems;
}
