import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { openIndex } from '../app/searching.js';
import { loadConfig } from '../config/config.js';

/** What a search process is asked to do; it reads this as JSON from the file named by its only argument. */
export interface SearchRequest {
  readonly root: string;
  readonly indexDir: string;
  readonly queries: readonly string[];
  /** Queries at the head of the list whose times are not kept: they find caches and compiled code cold. */
  readonly warmUp: number;
}

/** What a search process prints as JSON. */
export interface SearchResultTimes {
  readonly openMs: number;
  readonly queryMs: readonly number[];
  readonly peakRssBytes: number;
}

const request = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as SearchRequest;
const config = await loadConfig({ path: request.root, options: { indexDir: request.indexDir } });
const began = performance.now();
const index = await openIndex(config);
const openMs = performance.now() - began;
const options = { limit: config.limit, paths: [], languages: [], contextLines: config.contextLines };
const queryMs = request.queries.map((query) => {
  const asked = performance.now();
  index.search(query, options);
  return performance.now() - asked;
});
index.close();
const times: SearchResultTimes = {
  openMs,
  queryMs: queryMs.slice(request.warmUp),
  peakRssBytes: process.resourceUsage().maxRSS * 1024,
};
process.stdout.write(`${JSON.stringify(times)}\n`);
