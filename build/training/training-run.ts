import { SortedTerms } from '../../src/embedding/sorted-terms.js';
import { batchCount, batchesOf } from './batches.js';
import { ContrastiveStep } from './contrastive-step.js';
import { HeldOut, type HeldOutFigures } from './held-out.js';
import { dequantise, modelFile, quantise } from './model-file.js';
import { readPairs } from './pair-set.js';
import { Random } from './random.js';
import { DIMENSIONS, TrainingKernel } from './training-kernel.js';
import { TrainingPairs } from './training-pairs.js';
import type { TrainingSettings } from './training-settings.js';
import { TrainingTable } from './training-table.js';
import { chooseTerms } from './training-terms.js';

/** 256 MiB: three tables of 52,000 rows, a batch's matrix and the held-out candidates take a third of it. */
const KERNEL_BYTES = 2 ** 28;
const REPORTS = 20;

export interface TrainingFiles {
  /** Pair files of the repositories to train on, in the order of the list. */
  readonly training: readonly string[];
  readonly heldOut: readonly string[];
}

/** What a run made, and the figures of its model card. */
export interface TrainingResult {
  readonly model: Buffer;
  readonly terms: number;
  readonly pairs: number;
  readonly steps: number;
  readonly loss: number;
  readonly untrained: HeldOutFigures;
  readonly trained: HeldOutFigures;
  readonly quantised: HeldOutFigures;
}

/** Trains a table; the same files and settings give the same bytes. */
export async function trainTable(
  files: TrainingFiles,
  settings: TrainingSettings,
  log: (line: string) => void,
): Promise<TrainingResult> {
  const chosen = chooseTerms(files.training, settings.maxTerms);
  const sorted = SortedTerms.of(chosen.terms);
  const load = (paths: readonly string[]) => paths.map((path) => TrainingPairs.of(readPairs(path), sorted));
  const repositories = load(files.training);
  const pairs = repositories.reduce((sum, { count }) => sum + count, 0);
  const steps = batchCount(repositories, settings) * settings.epochs;
  log(`${chosen.terms.length} terms, ${pairs} pairs of ${repositories.length} repositories, ${steps} steps`);

  const kernel = await TrainingKernel.open(KERNEL_BYTES);
  const table = new TrainingTable(kernel, chosen.terms.length);
  const random = new Random(settings.seed);
  table.fillRandom(chosen, random);
  const heldOut = new HeldOut(table, load(files.heldOut));
  const untrained = heldOut.measure();
  log(`before training: ${figures(untrained)}`);

  const step = new ContrastiveStep(table, settings.batchSize, settings.temperature);
  let [done, loss, sinceReport] = [0, 0, 0];
  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    for (const batch of batchesOf(repositories, settings, random)) {
      loss += step.run(batch, settings.rate * (1 - done / steps));
      sinceReport++;
      if (++done % Math.ceil(steps / REPORTS) !== 0 || done === steps) continue;
      log(`step ${done}: loss ${(loss / sinceReport).toFixed(3)}, ${figures(heldOut.measure())}`);
      [loss, sinceReport] = [0, 0];
    }
  }
  const trained = heldOut.measure();
  log(`trained: loss ${(loss / sinceReport).toFixed(3)}, ${figures(trained)}`);

  const rows = quantise(table.values, DIMENSIONS);
  table.values.set(dequantise(rows, DIMENSIONS));
  const quantised = heldOut.measure();
  log(`quantised: ${figures(quantised)}`);
  const model = modelFile(chosen.terms, rows, DIMENSIONS);
  return { model, terms: chosen.terms.length, pairs, steps, loss: loss / sinceReport, untrained, trained, quantised };
}

function figures({ recallAt10, mrr, recallAt10ByKind }: HeldOutFigures): string {
  const kinds = Object.entries(recallAt10ByKind).map(([kind, recall]) => `${kind} ${recall.toFixed(3)}`);
  return `recall@10 ${recallAt10.toFixed(3)} (${kinds.join(', ')}), MRR ${mrr.toFixed(3)}`;
}
