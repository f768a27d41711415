import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { corpusDigest, generateCorpus, type CorpusFile } from './corpus.js';
import type { CorpusSpec } from './layout.js';

/** A file to measure with. */
export interface MeasuredFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
}

/** A tree on disk to measure with. */
export interface Corpus {
  readonly root: string;
  readonly files: readonly MeasuredFile[];
  /** What identifies the content: equal for equal corpora on any machine. */
  readonly identity: string;
  /** True where files may be edited, because the benchmark wrote them itself. */
  readonly generated: boolean;
}

/** What lies beside a generated tree, so that a later run can tell whether it still holds. */
interface Manifest extends CorpusSpec {
  readonly digest: string;
}

/**
 * Writes the generated corpus to `<directory>/tree`, or takes over what is there: when the manifest names the same content,
 * only files whose size differs (left by an interrupted run) are written again.
 */
export function prepareCorpus(directory: string, spec: CorpusSpec): Corpus & { readonly reused: boolean } {
  const root = join(directory, 'tree');
  const files = [...generateCorpus(spec)];
  const manifest: Manifest = { files: spec.files, seed: spec.seed, digest: corpusDigest(files) };
  const manifestPath = join(directory, 'corpus.json');
  const reused = sameManifest(manifestPath, manifest);
  if (!reused) {
    rmSync(manifestPath, { force: true });
    rmSync(root, { recursive: true, force: true });
  }
  writeFiles(root, reused ? files.filter((file) => sizeOf(join(root, file.path)) !== file.text.length) : files);
  writeFileSync(manifestPath, `${JSON.stringify(manifest)}\n`);
  return {
    root,
    files: files.map(({ path, text }) => ({ path, sizeBytes: text.length })),
    identity: `generated ${manifest.digest}`,
    generated: true,
    reused,
  };
}

function writeFiles(root: string, files: readonly CorpusFile[]): void {
  const made = new Set<string>();
  for (const { path, text } of files) {
    const target = join(root, path);
    const folder = dirname(target);
    if (!made.has(folder)) mkdirSync(folder, { recursive: true });
    made.add(folder);
    writeFileSync(target, text);
  }
}

function sameManifest(path: string, expected: Manifest): boolean {
  try {
    return readFileSync(path, 'utf8') === `${JSON.stringify(expected)}\n`;
  } catch {
    return false;
  }
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}
