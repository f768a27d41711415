import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { Config } from '../config/config.js';
import type { SearchOptions } from '../search/search-result.js';
import { errors } from '../shared/errors.js';
import type { Invocation } from './invocation.js';
import { printSearch } from './search-report.js';
import { addSettingFlags } from './setting-flags.js';

/** What only `search` takes: filters of one query, which are no settings. */
interface SearchFlags {
  readonly root: string;
  readonly path?: readonly string[];
  readonly lang?: readonly string[];
  readonly files?: boolean;
}

/** Adds `mind-index search <query...>`: exits with 0 even where nothing is found, since that is an answer and not a failure. */
export function registerSearch(program: Command, invocation: Invocation): void {
  const command = program
    .command('search')
    .description('find code by words, names or meaning')
    .argument('<query...>', 'what to look for; several words need no quotes')
    .option('--root <dir>', 'search the index of this folder or the nearest one above it', '.')
    .option('--path <glob>', 'only files that match (repeatable)', collect)
    .option('--lang <id>', 'only files of this language, such as `typescript` (repeatable)', collectWords)
    .option('--files', 'print only the paths of the files, one per line')
    .action(async (words: readonly string[], flags: SearchFlags) => {
      const query = checkQuery(words.join(' '));
      const config = await invocation.readIndexedConfig(command, flags.root);
      const options = await searchOptions(flags, config);
      requireIndex(config);
      const { openIndex } = await import('../app.js');
      const index = await openIndex(config);
      try {
        printSearch(index.search(query, options), { config, files: flags.files ?? false, invocation });
      } finally {
        index.close();
      }
    });
  addSettingFlags(command, 'search');
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
  return { limit: config.limit, paths: flags.path ?? [], languages, contextLines: config.contextLines };
}

function requireIndex({ indexDir, root, sources }: Config): void {
  if (existsSync(indexDir)) return;
  throw sources.indexDir.kind === 'default' ? errors.indexNotFoundAbove(root) : errors.indexMissing(indexDir);
}
