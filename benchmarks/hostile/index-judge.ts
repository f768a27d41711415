import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runIndex } from '../../src/app/indexing.js';
import { readStatus, verifyIndex } from '../../src/app/inspection.js';
import { openIndex } from '../../src/app/searching.js';
import { loadConfig, type Config } from '../../src/config/config.js';
import { readEnvironment } from '../../src/config/environment.js';
import { EventBus } from '../../src/shared/events.js';
import { MindIndexError } from '../../src/shared/errors.js';
import type { Verdict } from './kind.js';
import { SAMPLES } from './samples.js';

const QUERIES = [
  'sell fruit',
  'FruitShop',
  'shop.ts',
  'apple price of basket',
  'fru',
  'Error: no such fruit "pear" in the shop',
];

/** A small tree with an index of it, in several segments, and everything that reads or continues an index. */
export class IndexBench {
  private constructor(
    private readonly root: string,
    private readonly pristine: string,
    readonly config: Config,
  ) {}

  static async open(folder: string): Promise<IndexBench> {
    const root = join(folder, 'tree');
    const config = await loadConfig({
      path: makeDirectory(root),
      environment: readEnvironment({ HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') }, 'linux'),
    });
    for (const part of [0, 1]) {
      SAMPLES.filter((_, at) => at % 2 === part).forEach(({ name, bytes }) => writeFileSync(join(root, name), bytes));
      await runIndex(config, { bus: new EventBus(), signal: new AbortController().signal, command: 'hostile' });
    }
    const pristine = join(folder, 'pristine');
    makeDirectory(pristine);
    copyFileSync(join(root, '.mind-index/index.db'), join(pristine, 'index.db'));
    return new IndexBench(root, pristine, config);
  }

  get databasePath(): string {
    return join(this.root, '.mind-index/index.db');
  }

  /** Puts the sound index in place. */
  restore(): void {
    const directory = join(this.root, '.mind-index');
    rmSync(directory, { recursive: true, force: true });
    makeDirectory(directory);
    for (const name of readdirSync(this.pristine)) copyFileSync(join(this.pristine, name), join(directory, name));
  }

  /** Searches, verifies and continues the index that is in place; throws for anything but errors for people. */
  async exercise(): Promise<Verdict> {
    const refusals = new Set<string>();
    const attempt = async (work: () => unknown) => {
      try {
        await work();
      } catch (error) {
        if (!(error instanceof MindIndexError) || error.code === 'unexpected') throw error;
        refusals.add(error.code);
      }
    };
    await attempt(async () => {
      const index = await openIndex(this.config);
      try {
        for (const query of QUERIES) {
          await attempt(() => {
            const { hits } = index.search(query, {
              limit: 5,
              paths: [],
              languages: [],
              contextLines: 1,
              explain: true,
            });
            if (hits.some(({ score }) => !Number.isFinite(score))) throw new Error('a score is no number');
            JSON.stringify(hits);
          });
        }
        await attempt(() => index.search('fruit', { limit: 5, paths: ['**/*.ts'], languages: [], contextLines: 0 }));
      } finally {
        index.close();
      }
    });
    await attempt(() => readStatus(this.config, { compareWithTree: false }));
    await attempt(() => verifyIndex(this.config, { source: false }));
    await attempt(async () => {
      writeFileSync(join(this.root, 'shop.ts'), `export const sold${process.hrtime.bigint()} = 1;\n`);
      await runIndex(this.config, {
        bus: new EventBus(),
        signal: new AbortController().signal,
        command: 'hostile',
      });
    });
    return refusals.size === 0 ? { outcome: 'read' } : { outcome: 'refused', detail: [...refusals].sort().join(',') };
  }
}

function makeDirectory(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}
