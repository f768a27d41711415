import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig, type Config } from '../config/config.js';
import { findRun } from '../pipeline/run-history.js';
import type { RunSummary } from '../shared/events.js';
import type { RunTrace } from '../shared/trace.js';
import { openSqliteReader } from '../storage/sqlite-reader.js';
import type { Corpus } from './corpus/corpus-directory.js';
import { Random } from './corpus/random.js';
import type { FloorRequest, FloorResult } from './floor.js';
import { lastJsonLine, runNode, runProgramProcess } from './measured-process.js';
import type { CommandSample, IndexSample, Sample } from './sample.js';
import type { Scenario } from './scenario.js';
import type { SearchRequest, SearchResultTimes } from './search-process.js';
import { drawQueries } from './search-queries.js';

const FLOOR_PROCESS = fileURLToPath(new URL('./floor-process.js', import.meta.url));
const SEARCH_PROCESS = fileURLToPath(new URL('./search-process.js', import.meta.url));

/** Queries measured per search scenario, and those before them that are not. */
const QUERIES = 300;
const WARM_UP_QUERIES = 50;

/** Texts the queries are drawn from. */
const QUERY_SOURCES = 400;

/** Calls of the command line per scenario: their median is what is reported. */
const COMMAND_CALLS = 15;

/** The bench's hands: measures one scenario at a time on one corpus, in processes of their own. */
export class Workbench {
  private readonly queries: readonly string[];
  private edited = false;
  private readonly original: Buffer;

  private constructor(
    private readonly corpus: Corpus,
    private readonly directory: string,
    private readonly config: Config,
    seed: number,
    private readonly signal: AbortSignal,
  ) {
    const random = new Random(seed, 1);
    const sources = Array.from({ length: QUERY_SOURCES }, () => random.pick(corpus.files).path);
    const texts = [...new Set(sources)].map((path) => readFileSync(join(corpus.root, path), 'utf8'));
    this.queries = drawQueries(texts, QUERIES + WARM_UP_QUERIES, seed);
    this.original = readFileSync(this.editedPath);
  }

  /** Sets up in `directory`, which must exist and be empty, and reads every file once, so that the page cache is warm. */
  static async open(corpus: Corpus, directory: string, seed: number, signal: AbortSignal): Promise<Workbench> {
    for (const { path } of corpus.files) readFileSync(join(corpus.root, path));
    const config = await loadConfig({ path: corpus.root });
    return new Workbench(corpus, directory, config, seed, signal);
  }

  /** Builds, or brings up to date, the index that the scenarios other than `index` and `floor` work on. */
  async buildBaseIndex(): Promise<void> {
    await this.runIndex('base', this.baseIndex, []);
  }

  /** Measures a scenario once. */
  async measure(scenario: Scenario): Promise<Sample> {
    switch (scenario.kind) {
      case 'index':
        return this.runFreshIndex(scenario);
      case 'floor':
        return this.runFloor(scenario);
      case 'no-change':
        return this.runIndex(scenario.name, this.baseIndex, []);
      case 'one-changed':
        return this.runAfterEdit(scenario.name);
      case 'search':
        return this.runSearch(scenario.name);
      case 'cli-search':
        return this.runCommands(scenario.name);
    }
  }

  /** Puts back what is edited. */
  close(): void {
    if (this.edited) writeFileSync(this.editedPath, this.original);
    this.edited = false;
  }

  private get baseIndex(): string {
    return join(this.directory, 'base-index');
  }

  /** The middle file of the corpus: neither a barrel nor a monster. */
  private get editedPath(): string {
    return join(this.corpus.root, this.corpus.files[this.corpus.files.length >> 1]!.path);
  }

  private async runFreshIndex({ name, workers }: Scenario & { kind: 'index' }): Promise<IndexSample> {
    const indexDir = join(this.directory, 'fresh-index');
    rmSync(indexDir, { recursive: true, force: true });
    try {
      const sample = await this.runIndex(name, indexDir, workerFlags(workers));
      const trace = typeof workers === 'number' ? undefined : lastTrace(indexDir);
      return { ...sample, ...(trace && { trace }) };
    } finally {
      rmSync(indexDir, { recursive: true, force: true });
    }
  }

  private async runIndex(scenario: string, indexDir: string, flags: readonly string[]): Promise<IndexSample> {
    mkdirSync(indexDir, { recursive: true });
    const args = [this.corpus.root, '--index-dir', indexDir, '--json', ...flags];
    const { wallMs, stdout } = await runProgramProcess(args, { signal: this.signal });
    return { kind: 'index', scenario, wallMs, summary: lastJsonLine<RunSummary>(stdout) };
  }

  /** Edits a file, measures, and puts tree and index back, so that every other scenario sees the same files. */
  private async runAfterEdit(scenario: string): Promise<IndexSample> {
    this.edited = true;
    appendFileSync(this.editedPath, '\n// edited\n');
    const sample = await this.runIndex(scenario, this.baseIndex, []);
    this.close();
    await this.buildBaseIndex();
    return sample;
  }

  private async runFloor({ name, work, threads }: Scenario & { kind: 'floor' }): Promise<Sample> {
    const { root, files } = this.corpus;
    const { cacheDir, chunk } = this.config;
    const { parseDeadlineMs, maxParseBytes } = chunk;
    const request: FloorRequest = { work, threads, root, files, cacheDir, parseDeadlineMs, maxParseBytes };
    const result = await this.ask<FloorResult>(FLOOR_PROCESS, request);
    return { kind: 'floor', scenario: name, ...result };
  }

  private async runSearch(scenario: string): Promise<Sample> {
    const { root } = this.corpus;
    const warmUp = Math.min(WARM_UP_QUERIES, this.queries.length - 1);
    const request: SearchRequest = { root, indexDir: this.baseIndex, queries: this.queries, warmUp };
    return { kind: 'search', scenario, ...(await this.ask<SearchResultTimes>(SEARCH_PROCESS, request)) };
  }

  private async runCommands(scenario: string): Promise<CommandSample> {
    const at = { signal: this.signal, cwd: this.corpus.root };
    const nodeMs: number[] = [];
    const searchMs: number[] = [];
    for (let call = 0; call < COMMAND_CALLS; call++) {
      const query = this.queries[call % this.queries.length]!;
      nodeMs.push((await runNode(['-e', '0'], at)).wallMs);
      searchMs.push((await runProgramProcess(['search', query, '--index-dir', this.baseIndex], at)).wallMs);
    }
    return { kind: 'command', scenario, searchMs, nodeMs };
  }

  private async ask<Answer>(entry: string, request: unknown): Promise<Answer> {
    const requestPath = join(this.directory, 'request.json');
    writeFileSync(requestPath, JSON.stringify(request));
    return lastJsonLine<Answer>((await runNode([entry, requestPath], { signal: this.signal })).stdout);
  }
}

/** The trace that the last run left in its index. */
function lastTrace(indexDir: string): RunTrace | undefined {
  const reader = openSqliteReader(indexDir);
  try {
    return findRun(reader, 'last')?.trace;
  } finally {
    reader.close();
  }
}

function workerFlags(workers: number | 'auto' | 'aggressive'): string[] {
  if (workers === 'auto') return [];
  return workers === 'aggressive' ? ['--aggressive'] : ['--workers', String(workers)];
}
