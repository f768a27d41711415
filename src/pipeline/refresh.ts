import { unpackFootprint, type Footprint } from '../discovery/footprint.js';
import type { KnownFile } from '../discovery/revisit.js';
import type { KnownStamp } from '../discovery/untouched.js';
import type { Discovery } from '../discovery/walk.js';
import { MindIndexError } from '../shared/errors.js';
import type { RunSummary } from '../shared/events.js';
import type { FileRecord, StoreReader } from '../storage/store.js';
import { behindOf, type Behind } from './index-status.js';
import { parseSummary } from './stored-summary.js';
import { isEqual, treeChanges, type ComparedTree } from './tree-changes.js';

/** What a refresh is made of; `app` puts it together. Sizes in bytes, times in milliseconds. */
export interface RefreshParts extends ComparedTree {
  readonly limits: RefreshLimits;
  /** Opens the index; throws where it cannot be read. */
  readonly openReader: () => StoreReader;
  readonly isUntouched: (
    footprint: Footprint,
    known: Iterable<KnownStamp>,
    isEqual: (path: string) => boolean,
  ) => boolean;
  readonly revisit: (footprint: Footprint, known: Iterable<KnownFile>) => Promise<Discovery | undefined>;
  readonly discover: () => Promise<Discovery>;
  /** Runs with a discovery that holds for one generation of the index. */
  readonly run: (found: FoundTree, signal: AbortSignal) => Promise<RunSummary>;
}

/** Within which limits an index is refreshed; Infinity where there is none. */
export interface RefreshLimits {
  readonly maxFiles: number;
  readonly maxBytes: number;
  /** A look at the tree that would take longer is not taken. */
  readonly checkMs: number;
  /** A run that takes longer is interrupted; what it has committed stays. */
  readonly deadlineMs: number;
}

/** What was discovered before a run, and the generation of the index that it was compared with. */
export interface FoundTree {
  readonly discovery: Discovery;
  readonly generation: number;
  /** How long the last whole walk took, in milliseconds: what the next look may cost. */
  readonly walkMs: number;
}

/** What came of it. */
export interface Refreshment {
  /** Present where a run was made. */
  readonly refreshed?: { readonly files: number; readonly tookMs: number };
  /** How far the index is behind the tree now; absent where nobody looked. */
  readonly behind?: Behind;
  readonly notices: readonly { readonly message: string; readonly hint: string }[];
}

/**
 * What a look costs for each known file and each directory: rows and times of the 5,457 files and 2,571 directories of a
 * clone took 47 to 74 ms.
 */
const LOOK_MS_PER_ENTRY = 0.009;

/** Written just before they were indexed, and at rest since: seldom more than one or two. */
const MAX_DOUBTFUL_FILES = 20;

const RUN_HINT = 'run `mind-index` to bring the index up to date';

/**
 * Brings an index up to date before it is searched, where that is quick. Never throws: whatever goes wrong becomes a
 * notice, since an older answer is better than none.
 */
export async function refresh(parts: RefreshParts, signal: AbortSignal): Promise<Refreshment> {
  let behind: Behind | undefined;
  try {
    const seen = await look(parts);
    if (seen === undefined) return { notices: [] };
    if (seen === 'unclear') return { notices: [{ message: 'the index may be behind the files', hint: RUN_HINT }] };
    if (seen === 'untouched') return { behind: { added: 0, changed: 0, removed: 0 }, notices: [] };
    ({ behind } = seen);
    const files = behind.added + behind.changed + behind.removed;
    if (files === 0 || signal.aborted) return { behind, notices: [] };
    if (files > parts.limits.maxFiles || seen.bytes > parts.limits.maxBytes)
      return { behind, notices: [stays(behind)] };
    return await runFor(seen, files, behind, parts, signal);
  } catch (error) {
    const reason = error instanceof MindIndexError ? error.message : `unexpected failure: ${String(error)}`;
    const hint = error instanceof MindIndexError ? error.hint : RUN_HINT;
    const known = behind ? [stays(behind)] : [];
    return {
      ...(behind && { behind }),
      notices: [...known, { message: `the index was not refreshed: ${reason}`, hint }],
    };
  }
}

async function runFor(
  found: FoundTree,
  files: number,
  behind: Behind,
  { run, limits }: RefreshParts,
  signal: AbortSignal,
): Promise<Refreshment> {
  const startedMs = performance.now();
  const deadline = new AbortController();
  const timer = Number.isFinite(limits.deadlineMs) ? setTimeout(() => deadline.abort(), limits.deadlineMs) : undefined;
  try {
    const { outcome } = await run(found, AbortSignal.any([signal, deadline.signal]));
    const refreshed = { files, tookMs: performance.now() - startedMs };
    if (outcome === 'complete') return { refreshed, behind: { added: 0, changed: 0, removed: 0 }, notices: [] };
    const message = `refreshing the index took longer than ${limits.deadlineMs} ms and was not finished`;
    return { behind, notices: [{ message, hint: RUN_HINT }] };
  } finally {
    clearTimeout(timer);
  }
}

/** The differences between tree and index; undefined where nobody should look, `unclear` where looking takes too long. */
async function look(
  parts: RefreshParts,
): Promise<(FoundTree & { readonly behind: Behind; readonly bytes: number }) | 'untouched' | 'unclear' | undefined> {
  const reader = parts.openReader();
  try {
    const outcome = reader.lastOutcome();
    // A run that was killed may be killed again by the same file, and one under way will bring what is missing.
    if (outcome === undefined || outcome === 'running') return undefined;
    const { checkMs } = parts.limits;
    const packed = reader.footprint();
    const footprint = packed && unpackFootprint(packed);
    const entries = reader.totals().files + (footprint?.directories.size ?? 0);
    if (entries * LOOK_MS_PER_ENTRY > checkMs) return undefined;
    if (footprint && parts.isUntouched(footprint, reader.stamps(), doubtfulFiles(reader, parts))) return 'untouched';
    const generation = reader.generation();
    const known = [...reader.files()];
    let walkMs = parseSummary(reader.lastRun())?.discoveryMs ?? Infinity;
    let discovery = footprint && (await parts.revisit(footprint, known.map(knownFile)));
    if (discovery === undefined) {
      if (walkMs > checkMs) return 'unclear';
      const startedMs = performance.now();
      discovery = await parts.discover();
      walkMs = performance.now() - startedMs;
    }
    const changes = treeChanges(known, discovery, parts);
    return { discovery, generation, walkMs, behind: behindOf(changes), bytes: changes.bytes };
  } finally {
    reader.close();
  }
}

/** Compares the contents of files whose times cannot be trusted: few, or else a closer look is due. */
function doubtfulFiles(reader: StoreReader, { root, maxFileBytes }: RefreshParts): (path: string) => boolean {
  let filesLeft = MAX_DOUBTFUL_FILES;
  return (path) => {
    const knownHash = reader.file(path)?.contentHash ?? null;
    return --filesLeft >= 0 && isEqual({ path, knownHash }, root, maxFileBytes);
  };
}

function knownFile({ path, state, reason }: FileRecord): KnownFile {
  return { path, reason: state === 'skipped' ? reason : '' };
}

function stays({ added, changed, removed }: Behind): Refreshment['notices'][number] {
  const files = added + changed + removed;
  const what = files === 1 ? '1 file has' : `${files} files have`;
  return { message: `${what} changed since the index was built`, hint: RUN_HINT };
}
