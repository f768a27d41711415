import { createHash } from 'node:crypto';
import { planCorpus, type CorpusSpec } from './layout.js';
import { Random } from './random.js';
import { sourceText } from './source-text.js';

/** One file of the corpus; the text is ASCII, so its length is its size in bytes. */
export interface CorpusFile {
  readonly path: string;
  readonly text: string;
}

/** Generates the corpus file by file: TypeScript with imports that resolve, sizes log-normal around 5 KB, no two alike. */
export function* generateCorpus(spec: CorpusSpec): Generator<CorpusFile> {
  for (const [index, file] of planCorpus(spec).entries()) {
    yield { path: file.path, text: sourceText(file, new Random(spec.seed, index + 1)) };
  }
}

/** SHA-256 over paths and texts in order, in hex. */
export function corpusDigest(files: Iterable<CorpusFile>): string {
  const hash = createHash('sha256');
  for (const { path, text } of files) hash.update(`${path}\0${text.length}\0${text}`);
  return hash.digest('hex');
}
