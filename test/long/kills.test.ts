import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { campaignReport, runCampaign } from '../../benchmarks/kills/campaign.js';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';

/** As many as fit into a minute for each tree; `benchmarks/kills.ts` does 200. */
const KILLS = Number(process.env['KILLS'] ?? 24);
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const PROGRAM = fileURLToPath(new URL('../..', import.meta.url));

let tree: TemporaryFolder;

beforeEach(() => {
  tree = temporaryFolder();
});

afterEach(() => tree.remove());

test.each([
  ['few files', 120, 2],
  ['many files', 600, 12],
] as const)(
  `${KILLS} kills over a tree of %s, where it writes and at random, lose and change nothing (SEED=${SEED})`,
  (name, files, repeat) => {
    fillTree(tree, files, repeat);
    const report = runCampaign({ program: PROGRAM, root: tree.path, kills: KILLS, seed: SEED });
    process.stderr.write(`${campaignReport(name, report)}\n`);
    expect(report.problems).toEqual([]);
    expect(report.kills).toHaveLength(KILLS);
  },
);
