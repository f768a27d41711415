import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runKind, type CampaignOptions } from '../../benchmarks/hostile/campaign.js';
import { KINDS } from '../../benchmarks/hostile/kinds.js';
import { runTrees } from '../../benchmarks/hostile/trees.js';

/** As much of the campaign of `benchmarks/hostile/run.ts` as fits; it goes on from another seed each time. */
const BUDGET_MS = 90_000;
const INPUTS = 10_000;
const TREE_FILES = 250;

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const options: CampaignOptions = {
  seed,
  inputs: INPUTS,
  deadlineMs: 120_000,
  growthBytes: 384 * 2 ** 20,
  keep: join(tmpdir(), 'mind-index-hostile'),
  say: (line) => process.stdout.write(`${line}\n`),
};

test.each(KINDS)('$name neither crash, hang nor overfill the program, whatever is in them', async (kind) => {
  options.say(`SEED=${seed}`);
  const share = kind.share / 100;
  const result = await runKind(kind, Math.ceil(INPUTS * share), { ...options, budgetMs: BUDGET_MS * share });
  options.say(`${kind.name}: ${result.judged} inputs, slowest ${Math.round(result.slowestMs)} ms`);
  expect(result.findings).toEqual([]);
  expect(result.judged).toBeGreaterThan(0);
});

test('trees of hostile sources are indexed by the built program without a lost thread, then searched and verified', async () => {
  const { findings, judged } = await runTrees(TREE_FILES, options);
  expect([findings, judged]).toEqual([[], TREE_FILES]);
});
