/**
 * Kills runs of the built program at every point where they write, and at random times, and checks after each kill that
 * nothing is lost. Without `--repo`, two generated trees are used; a repository named with it is copied first.
 *
 *     npx tsx benchmarks/kills.ts [--repo PATH]... [--kills N] [--seed N] [--program DIR] [--output FILE]
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fillTree, temporaryFolder } from '../test/generated-tree.js';
import { campaignReport, runCampaign, writeKills } from './kills/campaign.js';

const { values } = parseArgs({
  options: {
    repo: { type: 'string', multiple: true, default: [] },
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    program: { type: 'string', default: fileURLToPath(new URL('..', import.meta.url)) },
    output: { type: 'string' },
  },
});

/** A copy of a repository, or a generated tree, with the function that removes it. */
function trees(): { readonly name: string; readonly path: string; readonly remove: () => void }[] {
  if (values.repo.length === 0) {
    return [60, 900].map((files) => {
      const folder = temporaryFolder();
      fillTree(folder, files, 12);
      return { name: `${files} generated files`, path: folder.path, remove: () => folder.remove() };
    });
  }
  return values.repo.map((repo) => {
    const folder = mkdtempSync(join(tmpdir(), 'kill-'));
    const path = join(folder, basename(resolve(repo)));
    cpSync(repo, path, { recursive: true, verbatimSymlinks: true });
    return { name: repo, path, remove: () => rmSync(folder, { recursive: true, force: true }) };
  });
}

const seed = Number(values.seed);
console.log(`seed ${seed}`);
for (const { name, path, remove } of trees()) {
  try {
    const report = runCampaign({
      program: resolve(values.program),
      root: path,
      kills: Number(values.kills),
      seed,
      onKill: (kill, number) => console.error(`${number} ${JSON.stringify(kill)}`),
    });
    console.log(campaignReport(name, report));
    if (values.output !== undefined) writeKills(`${values.output}-${basename(path)}.jsonl`, report);
    if (report.problems.length > 0) process.exitCode = 1;
  } finally {
    remove();
  }
}
