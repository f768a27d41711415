import type { PairReference } from './contrastive-step.js';
import type { Random } from './random.js';
import type { TrainingPairs } from './training-pairs.js';

/**
 * One epoch in batches: each holds groups of pairs of one repository, because a search happens inside one repository and
 * must tell its chunks apart, and several repositories, because topics differ between them. What fills no group or batch
 * waits for the next epoch, when the lots fall differently.
 */
export function* batchesOf(
  repositories: readonly TrainingPairs[],
  { batchSize, groupSize }: { readonly batchSize: number; readonly groupSize: number },
  random: Random,
): Generator<readonly PairReference[]> {
  const groups = random.shuffle(
    repositories.flatMap((pairs) => {
      const order = random.shuffle(Uint32Array.from({ length: pairs.count }, (_, i) => i));
      const count = Math.floor(order.length / groupSize);
      return Array.from({ length: count }, (_, i) => ({
        pairs,
        order: order.subarray(i * groupSize, (i + 1) * groupSize),
      }));
    }),
  );
  const groupsPerBatch = batchSize / groupSize;
  for (let first = 0; first + groupsPerBatch <= groups.length; first += groupsPerBatch) {
    yield groups
      .slice(first, first + groupsPerBatch)
      .flatMap(({ pairs, order }) => Array.from(order, (pair) => ({ pairs, pair })));
  }
}

/** Number of batches in an epoch. */
export function batchCount(
  repositories: readonly TrainingPairs[],
  { batchSize, groupSize }: { readonly batchSize: number; readonly groupSize: number },
): number {
  const groups = repositories.reduce((sum, { count }) => sum + Math.floor(count / groupSize), 0);
  return Math.floor((groups * groupSize) / batchSize);
}
