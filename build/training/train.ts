/**
 * Trains the built-in embedder's table from local clones: extracts pairs, trains, and writes the model with its card.
 * docs/TRAINING.md tells what it does and why.
 */
import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pairFile, type ExtractionOrder } from './extract.js';
import { modelCard } from './model-card.js';
import { digestOf, identityModule } from './model-file.js';
import { readRepositoryList, type TrainingRepository } from './repository-list.js';
import { DIMENSIONS } from './training-kernel.js';
import { trainTable } from './training-run.js';
import { DEFAULT_SETTINGS } from './training-settings.js';

const HERE = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const USAGE = `usage: npm run train -- --mirrors <dir> [options]

  --mirrors <dir>               local clones: <owner>+<name>/repo or <owner>+<name>.git
  --list <file>                 repositories with their commits (default: build/training/repositories.json)
  --exclude-collection <file>   a repos.json of a collection that search is judged by; none of its repositories may be listed
  --work <dir>                  pair files are kept here (default: <mirrors>/../mind-index-training)
  --out <dir>                   where the model, its card and its identity go (default: src/embedding)
  --processes <n>               processes that extract pairs (default: 2)
  --epochs <n>, --seed <n>, --max-terms <n>
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      mirrors: { type: 'string' },
      list: { type: 'string', default: HERE('./repositories.json') },
      'exclude-collection': { type: 'string', multiple: true, default: [] },
      work: { type: 'string' },
      out: { type: 'string', default: HERE('../../src/embedding') },
      processes: { type: 'string', default: '2' },
      epochs: { type: 'string', default: String(DEFAULT_SETTINGS.epochs) },
      seed: { type: 'string', default: String(DEFAULT_SETTINGS.seed) },
      'max-terms': { type: 'string', default: String(DEFAULT_SETTINGS.maxTerms) },
    },
  });
  if (values.mirrors === undefined) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const settings = {
    ...DEFAULT_SETTINGS,
    epochs: Number(values.epochs),
    seed: Number(values.seed),
    maxTerms: Number(values['max-terms']),
  };
  const log = logger();
  const mirrors = resolve(values.mirrors);
  const pairsDir = resolve(values.work ?? join(mirrors, '../mind-index-training'));
  const repositories = readRepositoryList(values.list, values['exclude-collection']);

  await extractAll({ repositories, mirrors, pairsDir }, Number(values.processes));
  log(`pairs of ${repositories.length} repositories are extracted`);

  const filesOf = (isHeldOut: boolean) =>
    repositories.filter(({ heldOut = false }) => heldOut === isHeldOut).map((each) => pairFile(pairsDir, each));
  const result = await trainTable({ training: filesOf(false), heldOut: filesOf(true) }, settings, log);
  const digest = digestOf(result.model);
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, 'static-model.bin'), result.model);
  writeFileSync(join(values.out, 'static-model-identity.ts'), identityModule(digest, DIMENSIONS));
  writeFileSync(join(values.out, 'static-model.json'), modelCard(result, settings, repositories, digest));
  log(`written: ${result.model.length} bytes, SHA-256 ${digest}`);
}

/** Extracts in several processes; what each makes does not depend on the others. */
async function extractAll(
  order: { readonly repositories: readonly TrainingRepository[]; readonly mirrors: string; readonly pairsDir: string },
  processes: number,
): Promise<void> {
  mkdirSync(order.pairsDir, { recursive: true });
  const codes = Array.from({ length: processes }, async (_, first) => {
    const child = fork(HERE('./extract.ts'));
    child.send({ ...order, first, step: processes } satisfies ExtractionOrder);
    return new Promise<number | null>((settle) => child.on('close', settle));
  });
  if ((await Promise.all(codes)).some((code) => code !== 0)) throw new Error('not every pair file could be made');
}

/** Prints lines after the seconds since the start. */
function logger(): (line: string) => void {
  const startedAt = performance.now();
  return (line) => console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${line}`);
}

await main();
