import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEmbedder, embedderIdentity } from '../../../src/embedding/create-embedder.js';
import { discover, type Discovery } from '../../../src/discovery/walk.js';
import { BatchIndexer } from '../../../src/pipeline/batch-indexer.js';
import { planChanges } from '../../../src/pipeline/change-plan.js';
import { readContents } from '../../../src/pipeline/index-contents.js';
import { mergeSegments } from '../../../src/storage/segment-merge.js';
import { openSqliteReader, type SqliteReader } from '../../../src/storage/sqlite-reader.js';
import { openSqliteWriter } from '../../../src/storage/sqlite-writer.js';

const FIXTURES = fileURLToPath(new URL('../../../fixtures', import.meta.url));
const FINGERPRINT = 'apples-v1';
const MAX_FILE_BYTES = 1_000_000;
/** Small chunks: the shop is small, and every method should be a hit of its own. */
const CHUNK_LIMITS = { maxLines: 10, minLines: 2, maxChars: 400, maxParseBytes: 1_000_000, parseDeadlineMs: 5_000 };

/** How the shop is indexed. */
export interface ShopOptions {
  readonly embedder: 'builtin' | 'none';
  readonly storeText: boolean;
  /** Files per segment. */
  readonly batchFiles: number;
  /** Index the fixture where it is: its files are old enough for their times to be trusted. They must stay as they are. */
  readonly inPlace?: boolean;
  /** A folder of `fixtures`; the search shop where absent. */
  readonly fixture?: string;
}

/** A copy of the fruit shop with its index, made by the real parts in this thread. */
export class ShopIndex {
  readonly fingerprint = FINGERPRINT;
  readonly maxFileBytes = MAX_FILE_BYTES;
  private readonly base = mkdtempSync(join(tmpdir(), 'mind-index-shop-'));
  readonly root: string;
  readonly indexDir = join(this.base, 'index');
  private readonly fixture: string;

  private constructor(private readonly options: ShopOptions) {
    this.fixture = join(FIXTURES, options.fixture ?? 'search-shop');
    this.root = options.inPlace === true ? this.fixture : join(this.base, 'shop');
    if (options.inPlace !== true) this.restore();
  }

  static async build(options: ShopOptions): Promise<ShopIndex> {
    const shop = new ShopIndex(options);
    await shop.update();
    return shop;
  }

  /** Brings the index up to date; returns the paths that were worked on. */
  async update(): Promise<string[]> {
    const { embedder, storeText, batchFiles } = this.options;
    const writer = await openSqliteWriter({ indexDir: this.indexDir, command: 'mind-index', mergeSegments });
    try {
      await writer.beginRun({
        startedAt: '2026-03-01T08:00:00.000Z',
        fingerprint: FINGERPRINT,
        embedder: embedderIdentity(embedder),
      });
      const discovery = await this.discover();
      const plan = this.reading((reader) => planChanges(reader.files(), discovery.candidates, discovery, () => true));
      const settings = {
        ...{ root: this.root, maxFileBytes: MAX_FILE_BYTES, storeText, embedder },
        grammarCacheDir: join(tmpdir(), 'mind-index-test-grammars'),
        chunkLimits: CHUNK_LIMITS,
        memory: { flushAboveBytes: Infinity, ceilingBytes: Infinity, treeBytes: Infinity },
      };
      const indexer = await BatchIndexer.open(settings, createEmbedder(embedder));
      for (let first = 0; first < plan.tasks.length; first += batchFiles) {
        const files = plan.tasks.slice(first, first + batchFiles);
        const { commit } = await indexer.index({ files, bytes: 0 }, { begin: () => undefined, done: () => false });
        await writer.commit({ ...commit, removed: [] });
      }
      const nothing = { chunkCount: 0, textBlocks: [], files: [], restamped: [] };
      await writer.commit({ ...nothing, unindexed: plan.newlySkipped, removed: plan.removed });
      const digest = this.reading((reader) => readContents(reader, FINGERPRINT).digest);
      await writer.finishRun({ finishedAt: '2026-03-01T08:00:09.000Z', digest, summary: '{}' });
      return plan.tasks.map(({ path }) => path);
    } finally {
      await writer.close();
    }
  }

  /** Undoes whatever was done to the files. */
  restore(): void {
    rmSync(this.root, { recursive: true, force: true });
    cpSync(this.fixture, this.root, { recursive: true });
  }

  async discover(): Promise<Discovery> {
    const gitConfigHome = { home: this.base, xdgConfigHome: this.base };
    return discover({
      root: this.root,
      include: [],
      exclude: [],
      maxFileBytes: MAX_FILE_BYTES,
      indexDir: this.indexDir,
      gitConfigHome,
    });
  }

  reading<T>(work: (reader: SqliteReader) => T): T {
    const reader = openSqliteReader(this.indexDir);
    try {
      return work(reader);
    } finally {
      reader.close();
    }
  }

  remove(): void {
    rmSync(this.base, { recursive: true, force: true });
  }
}
