import type { RunSummary } from '../shared/events.js';
import type { FailedFile } from '../shared/model.js';
import type { IndexState, StoreReader } from '../storage/store.js';
import { readContents } from './index-contents.js';
import type { TreeChanges } from './tree-changes.js';
import { parseSummary } from './stored-summary.js';

/** How far the tree has moved on from the index, in files. */
export interface Behind {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** When the first new or changed file got its content, ISO 8601; absent where there is none. */
  readonly since?: string;
  /** Present where the differences are many: files counted as changed may have been touched only. */
  readonly atMost?: true;
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
  /** The paths behind the figures, each list in path order and cut off; undefined where the tree was not looked at. */
  readonly behindPaths: Readonly<Record<'added' | 'changed' | 'removed', readonly string[]>> | undefined;
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
    return {
      ...reader.totals(),
      segments: reader.segments().length,
      generation: reader.generation(),
      ...readContents(reader, fingerprint),
      embedder,
      lastRun: parseSummary(reader.lastRun()),
    };
  });
}

/** So many paths of each kind are told. */
const PATHS_TOLD = 100;

/** The figures of a comparison. */
export function behindOf({ added, changed, removed, sinceMs, isExact }: TreeChanges): Behind {
  return {
    ...{ added: added.length, changed: changed.length, removed: removed.length },
    ...(sinceMs !== undefined && { since: new Date(sinceMs).toISOString() }),
    ...(!isExact && { atMost: true }),
  };
}

/** The first paths of a comparison. */
export function pathsOf({ added, changed, removed }: TreeChanges): NonNullable<IndexStatus['behindPaths']> {
  const first = (paths: readonly string[]) => paths.slice(0, PATHS_TOLD);
  return { added: first(added), changed: first(changed), removed: first(removed) };
}
