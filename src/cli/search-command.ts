import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { Refreshment } from '../app/searching.js';
import type { Config } from '../config/config.js';
import { TEST_CHOICES, type SearchOptions } from '../search/search-result.js';
import { errors } from '../shared/errors.js';
import { EventBus } from '../shared/events.js';
import { CHUNK_KINDS } from '../shared/model.js';
import { hangWatchOf } from './hang-watch.js';
import { EXIT_INTERRUPTED, listenForInterrupt } from './interrupt.js';
import type { Invocation } from './invocation.js';
import { endInterrupted } from './process-end.js';
import { SearchReport } from './search-report.js';
import { addSettingFlags } from './setting-flags.js';
import { chosenWord } from './word-choice.js';

/** What only `search` takes: filters of one query, which are no settings. */
interface SearchFlags {
  readonly root: string;
  readonly path?: readonly string[];
  readonly lang?: readonly string[];
  readonly kind?: readonly string[];
  readonly tests?: string;
  readonly files?: boolean;
  readonly explain?: boolean;
}

const NOTES = `
Kinds: ${CHUNK_KINDS.slice(0, 8).join(', ')},
  ${CHUNK_KINDS.slice(8).join(', ')}

Examples:
  mind-index search where is the config merged
  mind-index search Router.get --kind method,function --tests exclude
  mind-index search "retry with backoff" --path 'src/**' --lang ts -n 3
  mind-index search "retry with backoff" --files -n 20
  mind-index search "retry with backoff" --json --max-tokens 2000 --context 20`;

/** Adds `mind-index search <query...>`: exits with 0 even where nothing is found, since that is an answer and not a failure. */
export function registerSearch(program: Command, invocation: Invocation): void {
  const command = program
    .command('search')
    .description('find code by words, names or meaning')
    .argument('<query...>', 'what to look for; several words need no quotes')
    .option('--root <dir>', 'search the index of this folder or the nearest one above it', '.')
    .option('--path <glob>', 'only files that match (repeatable)', collect)
    .option('--lang <id>', 'only files of this language, such as `typescript` or `ts` (repeatable)', collectWords)
    .option('--kind <kind>', 'only hits of this kind, such as `function`; listed below (repeatable)', collectWords)
    .option('--tests <choice>', 'tests: `include` (they rank lower), `exclude` or `only` (default: include)')
    .option('--files', 'print only the paths of files, best first, one per line; `-n` counts files then')
    .option('--explain', 'say for each hit which signals made its score')
    .addHelpText('after', NOTES)
    .action(async (words: readonly string[], flags: SearchFlags) => {
      const query = checkQuery(words.join(' '));
      const config = await invocation.readIndexedConfig(command, flags.root);
      const options = await searchOptions(flags, config);
      requireIndex(config);
      const refreshment = await refreshed(config, invocation);
      if (refreshment === undefined) return;
      const { openIndex } = await import('../app/searching.js');
      const index = await openIndex(config);
      try {
        const { files = false } = flags;
        const report = new SearchReport({ config, query, files, filters: filterFlags(flags), refreshment, invocation });
        report.print(index.search(query, { ...options, charactersOf: (hit) => report.charactersOf(hit) }));
      } finally {
        index.close();
      }
    });
  addSettingFlags(command, 'search');
}

/** Refreshes the index as the settings say; undefined where Ctrl-C ended it, and with it the search. */
async function refreshed(config: Config, invocation: Invocation): Promise<Refreshment | undefined> {
  if (config.refresh === 'never') return { notices: [] };
  const bus = new EventBus();
  invocation.followThreads(bus);
  const interrupt = listenForInterrupt(process, () => {}, endInterrupted);
  try {
    const { refreshIndex } = await import('../app/searching.js');
    const context = { bus, signal: interrupt.signal, command: 'mind-index search', watch: hangWatchOf(config) };
    const refreshment = await refreshIndex(config, context);
    if (!interrupt.signal.aborted) return refreshment;
    invocation.exitCode = EXIT_INTERRUPTED;
    return undefined;
  } finally {
    interrupt.release();
  }
}

/** The query, if it holds a letter or a digit; without one there is no word to search for. */
export function checkQuery(query: string): string {
  if (!/[\p{L}\p{N}]/u.test(query)) throw errors.queryEmpty(query);
  return query;
}

function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

function collectWords(text: string, before: readonly string[] = []): string[] {
  return [...before, ...text.split(',').map((word) => word.trim().toLowerCase())];
}

async function searchOptions(flags: SearchFlags, config: Config): Promise<SearchOptions> {
  // The table of languages is loaded only for those who filter.
  const languages = flags.lang ? (await import('./language-filter.js')).languageIds(flags.lang) : [];
  const { limit, contextLines, maxTokens } = config;
  return {
    ...{ limit, contextLines, languages },
    paths: flags.path ?? [],
    kinds: (flags.kind ?? []).map((word) => chosenWord('--kind', word, CHUNK_KINDS)),
    tests: chosenWord('--tests', flags.tests ?? 'include', TEST_CHOICES),
    ...(flags.files && { hitsPerFile: 1 }),
    ...(flags.explain && { explain: true }),
    ...(maxTokens !== 'none' && { maxTokens }),
  };
}

/** The flags that narrowed a search, as they are spelled. */
function filterFlags({ path, lang, kind, tests }: SearchFlags): string[] {
  const used = { '--path': path, '--lang': lang, '--kind': kind, '--tests': tests !== 'include' && tests };
  return Object.entries(used).flatMap(([flag, value]) => (value ? [flag] : []));
}

function requireIndex({ indexDir, root, sources }: Config): void {
  if (existsSync(indexDir)) return;
  throw sources.indexDir.kind === 'default' ? errors.indexNotFoundAbove(root) : errors.indexMissing(indexDir);
}
