import type { RunSummary } from '../shared/events.js';
import type { FailedFile } from '../shared/model.js';
import type { Discovery } from '../discovery/walk.js';
import type { IndexState, StoreReader } from '../storage/store.js';
import { planChanges } from './change-plan.js';
import { readContents } from './index-contents.js';
import { parseSummary } from './stored-summary.js';

/** How far the tree has moved on from the index, in files. */
export interface Behind {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** What `status` tells of an index. */
export interface IndexStatus {
  readonly root: string;
  readonly indexDir: string;
  readonly state: IndexState;
  readonly files: number;
  readonly chunks: number;
  /** Bytes of indexed source. */
  readonly bytes: number;
  readonly indexBytes: number;
  readonly segments: number;
  readonly generation: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly failed: readonly FailedFile[];
  readonly digest: string;
  readonly embedder: string;
  /** Languages that are split by lines because no grammar installs cleanly for them. */
  readonly lineWindowLanguages: readonly string[];
  readonly lastRun: RunSummary | undefined;
  /** Undefined where the tree was not looked at. */
  readonly behind: Behind | undefined;
}

/** Everything of `IndexStatus` that comes from an index that can be read. */
export type ReadableStatus = Pick<
  IndexStatus,
  | 'files'
  | 'chunks'
  | 'bytes'
  | 'indexBytes'
  | 'segments'
  | 'generation'
  | 'skipped'
  | 'failed'
  | 'digest'
  | 'embedder'
  | 'lastRun'
>;

/** The status of an index without content. */
export const EMPTY_STATUS: ReadableStatus = {
  files: 0,
  chunks: 0,
  bytes: 0,
  indexBytes: 0,
  segments: 0,
  generation: 0,
  skipped: {},
  failed: [],
  digest: '',
  embedder: '',
  lastRun: undefined,
};

export function readableStatus(reader: StoreReader): ReadableStatus {
  return reader.snapshot(() => {
    const { fingerprint, embedder } = reader.settings();
    const lastRun = reader.lastRun();
    return {
      ...reader.totals(),
      segments: reader.segments().length,
      generation: reader.generation(),
      ...readContents(reader, fingerprint),
      embedder,
      lastRun: lastRun === undefined ? undefined : parseSummary(lastRun),
    };
  });
}

/** Compares an index with its tree by stamps: files that were touched but not changed count as changed. */
export function behindTree(reader: StoreReader, discovery: Discovery): Behind {
  const { added, changed, removed } = planChanges(reader.files(), discovery.candidates, discovery, () => true);
  return { added, changed, removed: removed.length };
}
