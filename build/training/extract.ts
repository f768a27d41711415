/**
 * Makes the pair file of each listed repository, every `step`th from `first`: one process of the extraction, begun by
 * train.ts. What a file holds depends on its repository only.
 */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createChunker } from '../../src/chunking/chunker.js';
import { GrammarLibrary } from '../../src/chunking/grammar-library.js';
import { ChunkTerms } from './chunk-terms.js';
import { addCommitPairs } from './commit-pairs.js';
import { GitRepository } from './git-repository.js';
import { licenceProblem } from './licence.js';
import { PAIR_KINDS, PAIRS_PER_REPOSITORY } from './pair-kinds.js';
import { PairCollector, writePairs } from './pair-set.js';
import type { TrainingRepository } from './repository-list.js';
import { sourceFiles } from './source-files.js';
import { SourcePairs } from './source-pairs.js';

/** The sizes that the product cuts chunks by; the deadline is far, so that no clock decides what a chunk is. */
const CHUNK_LIMITS = { maxLines: 60, minLines: 12, maxChars: 2400, maxParseBytes: 2 ** 20, parseDeadlineMs: 600_000 };

/** What a process of the extraction is told. */
export interface ExtractionOrder {
  readonly repositories: readonly TrainingRepository[];
  readonly mirrors: string;
  readonly pairsDir: string;
  readonly first: number;
  readonly step: number;
}

export function pairFile(pairsDir: string, { name, commit }: TrainingRepository): string {
  return join(pairsDir, `${name.replace('/', '+')}-${commit.slice(0, 12)}.pairs`);
}

/** Extracts what is not there yet, and tells of each repository. */
export async function extract(
  { repositories, mirrors, pairsDir, first, step }: ExtractionOrder,
  log: (line: string) => void,
): Promise<void> {
  mkdirSync(pairsDir, { recursive: true });
  const grammars = await GrammarLibrary.open({ cacheDir: join(pairsDir, 'grammars') });
  for (let i = first; i < repositories.length; i += step) {
    const target = pairFile(pairsDir, repositories[i]!);
    if (existsSync(target)) continue;
    const startedAt = performance.now();
    const counts = await extractOne(repositories[i]!, mirrors, grammars, `${target}.part`);
    renameSync(`${target}.part`, target);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    log(`${repositories[i]!.name}: ${counts} (${seconds} s)`);
  }
}

async function extractOne(
  { name, commit, licence, licenceFile }: TrainingRepository,
  mirrors: string,
  grammars: GrammarLibrary,
  target: string,
): Promise<string> {
  const repository = GitRepository.find(mirrors, name);
  if (repository === undefined) throw new Error(`no clone of ${name} in ${mirrors}`);
  const text = repository.text(commit, licenceFile);
  const problem = text === undefined ? `there is no ${licenceFile}` : licenceProblem(text, licence);
  if (problem !== undefined) throw new Error(`${name} cannot be used: ${problem}`);
  const terms = new ChunkTerms();
  const pairs = new PairCollector(PAIRS_PER_REPOSITORY);
  const source = new SourcePairs(createChunker({ limits: CHUNK_LIMITS, grammars }), grammars, terms, pairs);
  for (const file of sourceFiles(repository, commit)) {
    await source.add(file.path, file.text, file.language);
    if (pairs.isFull('comment') && pairs.isFull('name') && pairs.isFull('file')) break;
  }
  addCommitPairs(repository, commit, terms, pairs);
  writePairs(target, pairs.finish(terms.terms));
  return PAIR_KINDS.map((kind) => `${pairs.count(kind)} ${kind}`).join(', ');
}

if (process.argv[1]?.endsWith('extract.ts')) process.on('message', (order) => void run(order as ExtractionOrder));

async function run(order: ExtractionOrder): Promise<void> {
  try {
    await extract(order, console.log);
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
  process.disconnect();
}
