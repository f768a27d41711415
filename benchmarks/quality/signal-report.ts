import { textTable } from '../../src/bench/text-table.js';
import { ABLATIONS } from './ablations.js';
import { leaveOneOut, tune } from './coordinate-ascent.js';
import type { JudgedCandidates } from './judged-candidates.js';
import { mean, meanOverRepositories, ndcgBy, UNCHANGED, type Factors } from './weighing.js';

const ROUNDS = 2;

/** What every part of ranking is worth, and what tuning on other repositories makes of each: text for a terminal or a file. */
export function signalReport(queries: readonly JudgedCandidates[], progress: (line: string) => void): string {
  progress('ablations');
  const ablations = ABLATIONS.map(({ name, factors }) => [name, ...cells(queries, factors)]);
  progress('leave-one-repository-out');
  const heldOut = leaveOneOut(queries, ROUNDS);
  const tuned = tune(queries, ROUNDS);
  const [asIs, fitted] = [UNCHANGED, tuned].map((factors) => ndcgBy(queries, factors, ({ repository }) => repository));
  const rows = [...heldOut].map(([name, score]) => [name, ...[asIs!.get(name)!, score, fitted!.get(name)!].map(fixed)]);
  const means = [asIs!, heldOut, fitted!].map((scores) => fixed(mean([...scores.values()])));
  return [
    textTable(['<ranking', 'NDCG@10', ...CATEGORIES], ablations),
    textTable(['<repository', 'as shipped', 'tuned without it', 'tuned with it'], [...rows, ['mean', ...means]]),
  ].join('\n\n');
}

const CATEGORIES = ['architecture', 'semantic', 'symbol'];

function cells(queries: readonly JudgedCandidates[], factors: Factors): string[] {
  const byCategory = ndcgBy(queries, factors, ({ category }) => category);
  return [meanOverRepositories(queries, factors), ...CATEGORIES.map((name) => byCategory.get(name) ?? 0)].map(fixed);
}

function fixed(value: number): string {
  return value.toFixed(3);
}
