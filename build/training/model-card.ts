import type { HeldOutFigures } from './held-out.js';
import type { TrainingRepository } from './repository-list.js';
import type { TrainingResult } from './training-run.js';
import type { TrainingSettings } from './training-settings.js';

/** What a model was made of and how well it does, as JSON; equal runs write equal cards. */
export function modelCard(
  result: TrainingResult,
  settings: TrainingSettings,
  repositories: readonly TrainingRepository[],
  digest: string,
): string {
  const { model, terms, pairs, steps, loss, untrained, trained, quantised } = result;
  const card = {
    sha256: digest,
    bytes: model.length,
    terms,
    settings,
    pairs,
    steps,
    loss: rounded(loss),
    heldOut: {
      untrained: roundedFigures(untrained),
      trained: roundedFigures(trained),
      quantised: roundedFigures(quantised),
    },
    repositories: repositories.map(({ name, commit, licence, heldOut = false }) => ({
      name,
      commit,
      licence,
      heldOut,
    })),
  };
  return JSON.stringify(card, undefined, 2) + '\n';
}

function roundedFigures({ recallAt10, mrr, recallAt10ByKind }: HeldOutFigures): HeldOutFigures {
  const kinds = Object.entries(recallAt10ByKind).map(([kind, recall]) => [kind, rounded(recall)] as const);
  return { recallAt10: rounded(recallAt10), mrr: rounded(mrr), recallAt10ByKind: Object.fromEntries(kinds) };
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
