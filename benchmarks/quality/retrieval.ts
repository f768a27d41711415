import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { describeMachine } from '../../src/bench/machine.js';
import type { SearchIndex } from '../../src/app/searching.js';
import { readAnnotations, readRepositories, type JudgedQuery, type PinnedRepository } from './collection.js';
import { layOut } from './checkout.js';
import { judgeCandidates, type JudgedCandidates } from './judged-candidates.js';
import type { QualityOptions } from './options.js';
import { buildIndex, openBuiltIndex, productVersion } from './product.js';
import type { IndexedRepository, QualityRun, ScoredQuery } from './quality-run.js';
import { DEPTH, scoreQuery, type RankedSpan } from './score.js';

/** A run, and the candidates of its queries where signals are to be measured. */
export interface CollectionRun {
  readonly run: QualityRun;
  readonly candidates: readonly JudgedCandidates[];
}

/** Lays out, indexes and queries every repository of the collection, one after the other. */
export async function runCollection(options: QualityOptions, progress: (line: string) => void): Promise<CollectionRun> {
  const evalDir = options.evalDir!;
  const annotations = readAnnotations(evalDir);
  const repositories: IndexedRepository[] = [];
  const queries: ScoredQuery[] = [];
  const candidates: JudgedCandidates[] = [];
  for (const repository of chosen(readRepositories(evalDir), options.only)) {
    const judged = annotations.get(repository.name);
    if (judged === undefined) {
      progress(`${repository.name}: no annotations, left out`);
      continue;
    }
    const tree = placeTree(repository, options);
    const indexDir = join(options.workDir, 'index', repository.name);
    if (!options.keepIndex) rmSync(indexDir, { recursive: true, force: true });
    mkdirSync(indexDir, { recursive: true });

    const { name, language } = repository;
    const indexed = { name, language, ...(await buildIndex(tree, indexDir, options.settings)) };
    repositories.push(indexed);
    const index = await openBuiltIndex(tree, indexDir, options.settings);
    try {
      queries.push(...judged.map((query) => answer(repository, query, index)));
      if (options.signals !== undefined)
        candidates.push(...judged.map((query) => judgeCandidates(repository, query, index.candidates(query.query))));
    } finally {
      index.close();
    }
    progress(`${name}: ${indexed.files} files, ${indexed.chunks} chunks in ${indexed.indexMs.toFixed(0)} ms`);
  }
  const run = {
    date: new Date().toISOString(),
    machine: describeMachine(),
    version: productVersion(),
    settings: options.settings,
    repositories,
    queries,
  };
  return { run, candidates };
}

function chosen(all: readonly PinnedRepository[], only: readonly string[]): readonly PinnedRepository[] {
  const unknown = only.filter((name) => !all.some((repository) => repository.name === name));
  if (unknown.length > 0) throw new Error(`the collection has no repository \`${unknown.join('`, `')}\``);
  return only.length === 0 ? all : all.filter(({ name }) => only.includes(name));
}

function placeTree(repository: PinnedRepository, { mirrorsDir, workDir }: QualityOptions): string {
  const trees = join(workDir, 'trees');
  mkdirSync(trees, { recursive: true });
  return layOut(repository, mirrorsDir, trees);
}

function answer({ name, language }: PinnedRepository, query: JudgedQuery, index: SearchIndex): ScoredQuery {
  const began = performance.now();
  const found = index.search(query.query, { limit: DEPTH, paths: [], languages: [], contextLines: 0 });
  const tookMs = performance.now() - began;
  const hits = found.hits.map((hit): RankedSpan => [hit.path, hit.startLine, hit.endLine]);
  const { query: text, category } = query;
  return { repository: name, language, category, query: text, hits, tookMs, ...scoreQuery(query, hits) };
}
