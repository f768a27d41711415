/**
 * mind-index as a library: index a folder, then search it.
 *
 * ```ts
 * import { indexDirectory, openIndex } from 'mind-index';
 *
 * await indexDirectory('./shop', { settings: { workers: 2 } });
 * const index = await openIndex('./shop');
 * const { hits } = index.search('apply coupon', { limit: 5 });
 * index.close();
 * ```
 */
import { loadConfig, type SettingValues } from './config/config.js';
import type { Refreshment } from './app/searching.js';
import type { SearchOptions, SearchResult } from './search/search-result.js';
import { EventBus, type AnyEvent, type RunSummary } from './shared/events.js';

export { MindIndexError, type ExitCode } from './shared/errors.js';
export type { SettingKey, SettingValues } from './config/config.js';
export type {
  Freshness,
  SearchHit,
  SearchOptions,
  SearchResult,
  TestChoice,
  Truncation,
} from './search/search-result.js';
export type {
  AnyEvent,
  EventMap,
  EventName,
  MemorySample,
  RunSummary,
  ScaleEvent,
  StageName,
  StageProgress,
  StageTimes,
  Strategy,
} from './shared/events.js';
export type { ChunkKind, FailedFile, SkippedFile, SkipReason } from './shared/model.js';

/** What both calls take. */
export interface IndexSettings {
  /** Settings by key, such as `{ workers: 2, 'chunk.maxLines': 40 }`; they win over variables and the config file. */
  readonly settings?: Partial<SettingValues>;
  /** A config file to read instead of the one in the folder. */
  readonly configFile?: string;
}

/** What `indexDirectory` takes beside settings. */
export interface IndexDirectoryOptions extends IndexSettings {
  /** Ends the run cleanly when aborted: the summary then says `interrupted`, and what is committed is kept. */
  readonly signal?: AbortSignal;
  /** Called with every event of the run, in order. What it throws ends the run cleanly, and is then thrown to the caller. */
  readonly onEvent?: (event: AnyEvent) => void;
}

/** What `openIndex` takes beside settings. */
export interface OpenIndexOptions extends IndexSettings {
  /** Bring the index up to date first, as the setting `refresh` says. What prevents it is a notice of every answer. */
  readonly refresh?: boolean;
}

/** An open index. It sees what was committed last, also while another program writes. */
export interface Index {
  /** Answers a query; options left out take their settings or filter nothing. Throws a `MindIndexError` where the query has no word. */
  search(query: string, options?: Partial<SearchOptions>): SearchResult;
  /** What was indexed before it was opened; absent where nothing was. */
  readonly refreshed?: Refreshment['refreshed'];
  /** How far it was behind the files when it was opened; absent where nobody looked. */
  readonly behind?: Refreshment['behind'];
  /** Gives files and memory back; harmless when repeated. */
  close(): void;
}

/**
 * Brings the index of the folder `path` up to date with its files and tells what was done. Files that fail are listed in
 * the summary and do not end the run. Throws a `MindIndexError` where the run itself cannot go on.
 */
export async function indexDirectory(path: string, options: IndexDirectoryOptions = {}): Promise<RunSummary> {
  const config = await loadConfig(requestFor(path, options));
  const bus = new EventBus();
  const listener = new GuardedListener(options.onEvent ?? (() => undefined));
  bus.onAny((event) => listener.hear(event));
  const { runIndex } = await import('./app/indexing.js');
  const signals = options.signal ? [options.signal, listener.signal] : [listener.signal];
  const summary = await runIndex(config, { bus, signal: AbortSignal.any(signals), command: 'indexDirectory' });
  listener.rethrow();
  return summary;
}

/** Opens the index of the folder `path` for any number of queries. Throws a `MindIndexError` where there is none. */
export async function openIndex(path: string, options: OpenIndexOptions = {}): Promise<Index> {
  const config = await loadConfig(requestFor(path, options));
  const app = await import('./app/searching.js');
  const context = { bus: new EventBus(), signal: new AbortController().signal, command: 'openIndex' };
  const { notices, ...about } = options.refresh ? await app.refreshIndex(config, context) : { notices: [] };
  const index = await app.openIndex(config);
  const { limit, contextLines, maxTokens } = config;
  const budget = maxTokens === 'none' ? {} : { maxTokens };
  const defaults = { limit, paths: [], languages: [], contextLines, ...budget };
  let isOpen = true;
  return {
    ...about,
    search: (query, searchOptions = {}) => {
      const result = index.search(query, { ...defaults, ...searchOptions });
      return { ...result, notices: [...notices, ...result.notices] };
    },
    close: () => {
      if (isOpen) index.close();
      isOpen = false;
    },
  };
}

/** Many events come from timers, where nobody could catch what a listener throws: it is kept, and the run aborted. */
class GuardedListener {
  private readonly controller = new AbortController();
  private thrown: { readonly error: unknown } | undefined;

  constructor(private readonly listener: (event: AnyEvent) => void) {}

  /** Aborts when the listener has thrown; it is not called again then. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  hear(event: AnyEvent): void {
    if (this.thrown !== undefined) return;
    try {
      this.listener(event);
    } catch (error) {
      this.thrown = { error };
      this.controller.abort();
    }
  }

  rethrow(): void {
    if (this.thrown !== undefined) throw this.thrown.error;
  }
}

function requestFor(path: string, { settings, configFile }: IndexSettings) {
  return { path, ...(settings ? { options: settings } : {}), ...(configFile ? { configFile } : {}) };
}
