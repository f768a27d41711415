/** What a pair is made of; the number is how a pair file writes it. */
export const PAIR_KINDS = ['comment', 'name', 'file', 'commit'] as const;
export type PairKind = (typeof PAIR_KINDS)[number];

/** At most so many pairs of each kind from one repository, so that none outweighs the others. */
export const PAIRS_PER_REPOSITORY: Readonly<Record<PairKind, number>> = {
  comment: 14_000,
  name: 3_000,
  file: 3_000,
  commit: 3_000,
};
