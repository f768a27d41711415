import { PageCache, SqliteSegment, deleteSegment, insertSegment } from './sqlite-segment.js';
import type { SqliteDatabase } from './sqlite-database.js';
import { DamagedRowError, text, wholeNumber, wholeNumbers } from './sqlite-values.js';
import type { ByteSource, MergePolicy } from './store.js';

/** Pages of the inputs that are kept while a merge runs through them. */
const MERGE_CACHE_BYTES = 8 * 1024 * 1024;

/** Rewrites segments as one without their dead files; the segment format provides it. */
export type MergeSegments = (
  inputs: readonly { readonly source: ByteSource; readonly dead: ReadonlySet<number> }[],
) => {
  readonly bytes: Uint8Array;
  readonly fileCount: number;
  readonly chunkCount: number;
  /** `placements[input][old ordinal]` is the new ordinal, or -1 for a dead file. */
  readonly placements: readonly Int32Array[];
};

/** What the choice of a merge looks at. */
export interface SegmentLoad {
  readonly id: number;
  readonly byteLength: number;
  readonly fileCount: number;
  readonly deadCount: number;
  readonly fingerprint: string;
}

/** The next step of merging: segments without a living file are dropped, others are rewritten as one. */
export type MergeStep =
  | { readonly kind: 'drop'; readonly segments: readonly SegmentLoad[] }
  | { readonly kind: 'rewrite'; readonly segments: readonly SegmentLoad[] };

/**
 * Chooses the next step, or undefined when nothing is left to do. Only segments of one fingerprint are merged, their
 * bytes together stay within `maxMergeBytes`, and every step lowers the number of segments or of dead files, so that
 * choosing and doing comes to an end.
 */
export function chooseMerge(segments: readonly SegmentLoad[], policy: MergePolicy): MergeStep | undefined {
  const dead = segments.filter((segment) => segment.deadCount >= segment.fileCount);
  if (dead.length > 0) return { kind: 'drop', segments: dead };

  for (const fingerprint of new Set(segments.map((segment) => segment.fingerprint))) {
    const group = segments
      .filter((segment) => segment.fingerprint === fingerprint && segment.byteLength <= policy.maxMergeBytes)
      .toSorted((a, b) => a.byteLength - b.byteLength || a.id - b.id);
    const small = group.filter((segment) => segment.byteLength < policy.smallSegmentBytes);
    if (small.length > policy.maxSmallSegments) {
      const fitting = takeWhileFitting(small, policy.maxMergeBytes);
      if (fitting.length > 1) return { kind: 'rewrite', segments: fitting };
    }
    const heavy = group.filter((segment) => segment.deadCount > segment.fileCount * policy.maxDeadShare);
    if (heavy.length > 0) return { kind: 'rewrite', segments: takeWhileFitting(heavy, policy.maxMergeBytes) };
  }
  return undefined;
}

function takeWhileFitting(ascending: readonly SegmentLoad[], maxBytes: number): SegmentLoad[] {
  let bytes = 0;
  return ascending.filter((segment) => (bytes += segment.byteLength) <= maxBytes);
}

/** Yields one piece of work after the other, each to be run in one transaction before the next is asked for. */
export function* mergeByPolicy(
  store: { readonly database: SqliteDatabase; readonly indexDir: string; readonly mergeSegments: MergeSegments },
  policy: MergePolicy,
): Iterable<() => void> {
  const { database } = store;
  for (;;) {
    const step = chooseMerge(segmentLoads(database), policy);
    if (step === undefined) return;
    yield step.kind === 'drop'
      ? () => step.segments.forEach((segment) => deleteSegment(database, segment.id))
      : rewrite(store, step.segments);
  }
}

/** Merges outside the transaction, which then only moves rows. */
function rewrite(
  store: { readonly database: SqliteDatabase; readonly indexDir: string; readonly mergeSegments: MergeSegments },
  chosen: readonly SegmentLoad[],
): () => void {
  const { database, indexDir } = store;
  const cache = new PageCache(MERGE_CACHE_BYTES);
  // In order of age, so that equal histories give equal segments.
  const segments = chosen.toSorted((a, b) => a.id - b.id);
  const merged = store.mergeSegments(
    segments.map((segment) => ({
      source: new SqliteSegment(database, cache, indexDir, segment.id, segment.byteLength),
      dead: deadOrdinals(database, segment.id),
    })),
  );
  return () => {
    const { fileCount, chunkCount } = merged;
    const id = insertSegment(database, merged.bytes, { fileCount, chunkCount, fingerprint: segments[0]!.fingerprint });
    let placed = 0;
    segments.forEach((segment, input) => {
      placed += repoint(database, segment.id, id, merged.placements[input]!);
      deleteSegment(database, segment.id);
    });
    if (placed !== fileCount) throw new DamagedRowError(`${placed} files are alive in segments that hold ${fileCount}`);
  };
}

function repoint(database: SqliteDatabase, from: number, to: number, placement: Int32Array): number {
  const living = database.statement('SELECT id, ordinal FROM files WHERE segment_id = ?').all(from);
  const move = database.statement('UPDATE files SET segment_id = ?, ordinal = ? WHERE id = ?');
  for (const file of living) {
    const ordinal = placement[wholeNumber(file['ordinal'], 'ordinal')] ?? -1;
    if (ordinal < 0) throw new DamagedRowError(`a file is not in segment ${from}, which should hold it`);
    move.run(to, ordinal, file['id']!);
  }
  return living.length;
}

/** Ordinals of the files in a segment that were replaced or deleted. */
export function deadOrdinals(database: SqliteDatabase, segmentId: number): Set<number> {
  const rows = database.statement('SELECT ordinal FROM tombstones WHERE segment_id = ?').all(segmentId);
  return new Set(rows.map((row) => Number(row['ordinal'])));
}

function segmentLoads(database: SqliteDatabase): SegmentLoad[] {
  const rows = database
    .statement(
      `SELECT id, byte_length, file_count, fingerprint,
         (SELECT count(*) FROM tombstones WHERE segment_id = segments.id) AS dead_count
       FROM segments ORDER BY id`,
    )
    .all();
  return rows.map((row) => {
    const numbers = wholeNumbers(row, 'id', 'byte_length', 'file_count', 'dead_count');
    return {
      id: numbers.id,
      byteLength: numbers.byte_length,
      fileCount: numbers.file_count,
      deadCount: numbers.dead_count,
      fingerprint: text(row['fingerprint'], 'fingerprint'),
    };
  });
}
