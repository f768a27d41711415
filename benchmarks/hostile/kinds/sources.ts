import { join } from 'node:path';
import type { Random } from '../../../src/bench/corpus/random.js';
import { createEmbedder } from '../../../src/embedding/create-embedder.js';
import { BatchIndexer } from '../../../src/pipeline/batch-indexer.js';
import type { HostileInput, HostileKind, Judge, Verdict } from '../kind.js';
import { mutated } from '../mutation.js';
import { EXTENSIONS, SAMPLES } from '../samples.js';
import { CHUNK_LIMITS } from '../settings.js';

/** Sources of every language, damaged and spliced, under their own or another language's name. */
export const sources: HostileKind = { name: 'sources', share: 38, open: openIndexer, generate: generateSource };

/** Random bytes under every extension. */
export const randomBytes: HostileKind = { name: 'random-bytes', share: 14, open: openIndexer, generate: generateBytes };

function generateSource(random: Random): HostileInput {
  const sample = random.pick(SAMPLES);
  const { bytes, how } = mutated(sample.bytes, random, random.pick(SAMPLES).bytes);
  const extension = random.chance(0.85) ? sample.extension : random.pick(SAMPLES).extension;
  const encoded = random.chance(0.08) ? recoded(bytes, random) : bytes;
  return { files: new Map([[`hostile${extension}`, encoded]]), how: `${sample.name} ${how}` };
}

/** The same text behind a byte order mark, in UTF-16, or as invalid UTF-8. */
function recoded(bytes: Buffer, random: Random): Buffer {
  const text = bytes.toString('utf8');
  const utf16 = Buffer.from(text, 'utf16le');
  return random.pick([
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
    Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]),
    Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16.subarray(0, utf16.length & ~1)).swap16()]),
    Buffer.concat([Buffer.from([0xff, 0xfe]), utf16, Buffer.from([0x00])]),
    Buffer.from(text.replace(/[aeiou]/g, 'é'), 'latin1'),
    Buffer.concat([bytes, Buffer.from([0xc3, 0x28, 0xed, 0xa0, 0x80])]),
  ]);
}

function generateBytes(random: Random): HostileInput {
  const alphabet = random.pick([256, 128, 40, 4]);
  const base = alphabet === 256 ? 0 : random.integer(0, 128 - Math.min(alphabet, 128));
  const length = random.pick([0, 1, 2, 30, 500, 8_000, 60_000]);
  const bytes = Buffer.from(Array.from({ length }, () => base + random.integer(0, alphabet - 1)));
  const extension = random.pick(EXTENSIONS);
  return { files: new Map([[`hostile${extension}`, bytes]]), how: `${length} bytes out of ${alphabet}` };
}

/** The work of a thread on one file, from opening it to its segment. */
async function openIndexer(folder: string): Promise<Judge> {
  const root = join(folder, 'input');
  const grammarCacheDir = join(folder, 'grammars');
  const embedder = 'builtin';
  const settings = {
    root,
    maxFileBytes: 2 ** 20,
    storeText: true,
    embedder,
    grammarCacheDir,
    chunkLimits: CHUNK_LIMITS,
    memory: { flushAboveBytes: Infinity, ceilingBytes: Infinity, treeBytes: Infinity },
  };
  const indexer = await BatchIndexer.open(settings, createEmbedder(embedder));
  return {
    judge: async ({ files }): Promise<Verdict> => {
      const tasks = [...files].map(([path, { length }]) => {
        const stamp = { sizeBytes: length, mtimeMs: 1, ctimeMs: 1 };
        return { path, ...stamp, fileClass: 'source' as const, isNew: true, knownHash: null };
      });
      const { commit } = await indexer.index({ files: tasks, bytes: 0 }, { begin: () => undefined, done: () => false });
      if (commit.files.length + commit.unindexed.length !== tasks.length) throw new Error('a file was lost');
      const [left] = commit.unindexed;
      if (left === undefined) return { outcome: 'read' };
      return { outcome: left.state === 'skipped' ? 'refused' : 'failed', detail: left.reason };
    },
  };
}
