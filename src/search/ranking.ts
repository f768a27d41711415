import { fuse, type RankedList } from './fusion.js';
import type { ScoredChunk } from './lexical.js';
import type { PathTermCache } from './path-terms.js';
import type { Query } from './query.js';
import { isAlive, type ChunkRef, type SegmentViews } from './segment-view.js';
import { scoreOf, type Candidate } from './signals.js';

/** A ranked chunk with its final score. */
export interface RankedChunk extends ChunkRef {
  readonly path: string;
  readonly score: number;
}

/** What the caller lets through, and how many hits one file may have. */
export interface RankingLimits {
  readonly limit: number;
  readonly hitsPerFile: number;
  readonly accepts: (path: string) => boolean;
}

/** Each further hit of one file counts this much of the one before: other files come first. */
const SAME_FILE_DECAY = 0.4;
/** Chunks of one file that count as its evidence, and what each further one counts. */
const EVIDENCE_DECAY = 0.5;

/** Fuses the retrievers' lists, weighs every candidate's signals and picks the hits. */
export function rank(
  segments: SegmentViews,
  query: Query,
  lexical: readonly ScoredChunk[],
  lists: readonly RankedList[],
  pathTerms: PathTermCache,
  { limit, hitsPerFile, accepts }: RankingLimits,
): RankedChunk[] {
  const lexicalScores = new Map(lexical.map(({ chunk, score }) => [chunk, score / lexical[0]!.score]));
  const located = [...fuse(lists)]
    .map(([chunk, fused]) => ({ chunk, fused, ref: segments.locate(chunk) }))
    .filter(({ ref }) => isAlive(ref))
    .map((item) => ({ ...item, path: item.ref.view.reader.path(item.ref.view.reader.fileOf(item.ref.chunk)) }))
    .filter(({ path }) => accepts(path));
  const evidence = fileEvidence(located.map(({ path, chunk }) => ({ path, score: lexicalScores.get(chunk) ?? 0 })));

  const scored = located.map(({ chunk, fused, ref, path }) => {
    const { parent, names } = ref.view.reader.names(ref.chunk);
    const candidate: Candidate = {
      chunk,
      fused,
      lexical: lexicalScores.get(chunk) ?? 0,
      fileEvidence: evidence.get(path)!,
      path,
      pathTerms: pathTerms.of(path),
      kind: ref.view.reader.kind(ref.chunk),
      parent,
      names,
    };
    return { ...ref, path, score: scoreOf(candidate, query), order: chunk };
  });
  scored.sort((a, b) => b.score - a.score || comparePaths(a.path, b.path) || a.order - b.order);
  return spreadOverFiles(scored, hitsPerFile).slice(0, limit);
}

/** A file's best lexical scores, each counting half of the one before, relative to the best file. */
function fileEvidence(chunks: readonly { readonly path: string; readonly score: number }[]): Map<string, number> {
  const sums = new Map<string, { sum: number; share: number }>();
  for (const { path, score } of [...chunks].sort((a, b) => b.score - a.score)) {
    const file = sums.get(path) ?? { sum: 0, share: 1 };
    file.sum += score * file.share;
    file.share *= EVIDENCE_DECAY;
    sums.set(path, file);
  }
  const best = Math.max(...[...sums.values()].map(({ sum }) => sum), Number.MIN_VALUE);
  return new Map([...sums].map(([path, { sum }]) => [path, sum / best]));
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
