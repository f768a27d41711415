/** Everything that decides what a table becomes, beside the repositories. */
export interface TrainingSettings {
  readonly seed: number;
  /** Rows at most; a row takes 128 bytes, and its term some 13 more. */
  readonly maxTerms: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** Pairs of one repository that stand together in a batch. */
  readonly groupSize: number;
  /** Cosines are divided by it: the lower, the more the nearest negatives count. */
  readonly temperature: number;
  /** Length of a first step; falls to 0 in a straight line. */
  readonly rate: number;
}

export const DEFAULT_SETTINGS: TrainingSettings = {
  seed: 1,
  maxTerms: 52_000,
  epochs: 2,
  batchSize: 512,
  groupSize: 64,
  temperature: 0.05,
  rate: 0.02,
};
