import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareCorpus, type Corpus } from './corpus/corpus-directory.js';
import type { CorpusSpec } from './corpus/layout.js';
import { describeMachine } from './machine.js';
import { benchReport, type BenchReport } from './report.js';
import type { Sample } from './sample.js';
import type { Scenario } from './scenario.js';
import { userCorpus } from './user-corpus.js';
import { Workbench } from './workbench.js';

/** What to measure. */
export interface BenchRequest {
  /** A tree of the user's, which is only read; absent for the generated corpus. */
  readonly path: string | undefined;
  readonly spec: CorpusSpec;
  /** Where the generated corpus is kept for the next time; absent for a temporary folder. */
  readonly corpusDir: string | undefined;
  readonly scenarios: readonly Scenario[];
  /** Measured rounds, and those before them that are not kept. */
  readonly repeat: number;
  readonly warmUp: number;
}

/** Told of each step before it is taken. */
export interface BenchProgress {
  step(text: string): void;
}

/**
 * Measures all scenarios. Rounds are interleaved (each scenario once per round), so that a machine that slows down or
 * speeds up meanwhile does so for all of them. Leaves nothing behind but the corpus folder it was given.
 */
export async function runBench(
  request: BenchRequest,
  progress: BenchProgress,
  signal: AbortSignal,
): Promise<BenchReport> {
  const directory = mkdtempSync(join(tmpdir(), 'mind-index-bench-'));
  try {
    progress.step(request.path === undefined ? `preparing ${request.spec.files} files` : `reading ${request.path}`);
    const corpus = await placeCorpus(request, directory, signal);
    const scenarios = request.scenarios.filter(({ kind }) => corpus.generated || kind !== 'one-changed');
    const samples = await measureRounds({ ...request, scenarios }, corpus, directory, progress, signal);
    const head = {
      date: new Date().toISOString(),
      version: productVersion(),
      machine: describeMachine(),
      corpus: {
        identity: corpus.identity,
        files: corpus.files.length,
        bytes: corpus.files.reduce((sum, file) => sum + file.sizeBytes, 0),
      },
      repeat: request.repeat,
    };
    return benchReport(head, scenarios, samples);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function placeCorpus(request: BenchRequest, directory: string, signal: AbortSignal): Promise<Corpus> {
  const { path, corpusDir, spec } = request;
  return path === undefined ? prepareCorpus(corpusDir ?? join(directory, 'corpus'), spec) : userCorpus(path, signal);
}

async function measureRounds(
  { scenarios, repeat, warmUp, spec }: BenchRequest,
  corpus: Corpus,
  directory: string,
  progress: BenchProgress,
  signal: AbortSignal,
): Promise<Sample[]> {
  const bench = join(directory, 'bench');
  mkdirSync(bench);
  const workbench = await Workbench.open(corpus, bench, spec.seed, signal);
  const samples: Sample[] = [];
  try {
    if (scenarios.some(({ kind }) => kind !== 'index' && kind !== 'floor')) {
      progress.step('indexing once for search and incremental runs');
      await workbench.buildBaseIndex();
    }
    for (let round = 1 - warmUp; round <= repeat; round++) {
      for (const scenario of scenarios) {
        progress.step(`${round < 1 ? 'warm-up' : `round ${round} of ${repeat}`}: ${scenario.name}`);
        const sample = await workbench.measure(scenario);
        if (round >= 1) samples.push(sample);
      }
    }
  } finally {
    workbench.close();
  }
  return samples;
}

function productVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
