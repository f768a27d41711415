import { fuse, type RankedList } from './fusion.js';
import type { LexicalEvidence } from './lexical.js';
import type { PathTermCache } from './path-terms.js';
import type { Query } from './query.js';
import type { ChunkRef, SegmentViews } from './segment-view.js';
import { scoreOf, type Candidate } from './signals.js';

/** A ranked chunk with its final score. */
export interface RankedChunk extends ChunkRef {
  readonly path: string;
  readonly score: number;
}

/** How many hits are wanted, and how many of them one file may have. */
export interface RankingLimits {
  readonly limit: number;
  readonly hitsPerFile: number;
}

/** Each further hit of one file counts this much of the one before: other files come first. */
const SAME_FILE_DECAY = 0.2;

/** Fuses the retrievers' lists, weighs every candidate's signals and picks the hits. */
export function rank(
  segments: SegmentViews,
  query: Query,
  lexical: LexicalEvidence,
  lists: readonly RankedList[],
  pathTerms: PathTermCache,
  { limit, hitsPerFile }: RankingLimits,
): RankedChunk[] {
  const fused = [...fuse(lists)];
  const bestChunk = Math.max(...fused.map(([chunk]) => lexical.chunkScore(chunk)), Number.MIN_VALUE);
  const bestFile = Math.max(...fused.map(([chunk]) => lexical.fileScore(chunk)), Number.MIN_VALUE);
  const scored = fused.map(([chunk, fusedScore]) => {
    const ref = segments.locate(chunk);
    const { reader } = ref.view;
    const path = reader.path(reader.fileOf(ref.chunk));
    const { parent, names } = reader.names(ref.chunk);
    const candidate: Candidate = {
      fused: fusedScore,
      lexical: lexical.chunkScore(chunk) / bestChunk,
      fileLexical: lexical.fileScore(chunk) / bestFile,
      path,
      pathTerms: pathTerms.of(path),
      kind: reader.kind(ref.chunk),
      parent,
      names,
    };
    return { ...ref, path, score: scoreOf(candidate, query), order: chunk };
  });
  scored.sort((a, b) => b.score - a.score || comparePaths(a.path, b.path) || a.order - b.order);
  return spreadOverFiles(scored, hitsPerFile).slice(0, limit);
}

/** Lets further hits of a file sink, and drops those beyond `hitsPerFile`. Input and output are sorted by score. */
function spreadOverFiles<T extends RankedChunk>(sorted: readonly T[], hitsPerFile: number): T[] {
  const seen = new Map<string, number>();
  return sorted
    .flatMap((hit) => {
      const before = seen.get(hit.path) ?? 0;
      seen.set(hit.path, before + 1);
      return before < hitsPerFile ? [{ ...hit, score: hit.score * SAME_FILE_DECAY ** before }] : [];
    })
    .sort((a, b) => b.score - a.score);
}

function comparePaths(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
