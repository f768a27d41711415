import type { QueryCandidates, WeighedCandidate } from '../../src/search/candidates.js';
import type { QueryKind } from '../../src/search/query.js';
import type { JudgedQuery, PinnedRepository } from './collection.js';
import { covers, idealGain } from './score.js';

/** One judged query with everything that ranking could pick from: a weighing is scored without searching again. */
export interface JudgedCandidates {
  readonly repository: string;
  readonly category: string;
  readonly kind: QueryKind;
  readonly candidates: readonly JudgedCandidate[];
  /** Discounted gain of the ideal ranking. */
  readonly idealGain: number;
}

export interface JudgedCandidate extends WeighedCandidate {
  /** One bit for each target that the chunk covers. */
  readonly covered: number;
  /** True when it covers only targets that are neither right nor wrong. */
  readonly isNeutral: boolean;
}

/** Holds the candidates of a query against its judgements. */
export function judgeCandidates(
  { name }: PinnedRepository,
  judged: JudgedQuery,
  { kind, candidates }: QueryCandidates,
): JudgedCandidates {
  return {
    ...{ repository: name, category: judged.category, kind },
    candidates: candidates.map((candidate): JudgedCandidate => {
      const { reader } = candidate.view;
      const span = [candidate.path, reader.startLine(candidate.chunk), reader.endLine(candidate.chunk)] as const;
      const covered = judged.relevant.reduce((bits, target, i) => (covers(span, target) ? bits | (1 << i) : bits), 0);
      return { ...candidate, covered, isNeutral: covered === 0 && judged.neutral.some((each) => covers(span, each)) };
    }),
    idealGain: idealGain(judged),
  };
}
