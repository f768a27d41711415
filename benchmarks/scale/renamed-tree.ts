import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Larger files are left out: they say nothing about many files. */
const MAX_FILE_BYTES = 256 * 1024;

/** One identifier in so many gets another name in each copy, so that vocabularies grow as they do over real code. */
const RENAMED_SHARE = 3;

/** Names of several words: no language has such keywords. */
const COMPOUND = /\b[A-Za-z][a-z]*(?:_[a-z]+|[a-z][A-Z][a-z]+)\w*\b/g;

/** Every regular file below the given directories, without hidden ones, in an order that mixes them evenly and never changes. */
export function sourceFiles(directories: readonly string[]): string[] {
  const found = directories.flatMap((directory) => below(directory).map((path) => ({ path, key: keyOf(path) })));
  return found.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ path }) => path);
}

/**
 * Writes a tree of `count` files made from `sources`: the first ones under their own names, then copies in which names
 * are others. A smaller tree holds the first files of a larger one.
 */
export function writeRenamedTree(sources: readonly string[], count: number, directory: string): void {
  const made = new Set<string>();
  for (let number = 0; number < count; number++) {
    const source = sources[number % sources.length]!;
    const copy = Math.floor(number / sources.length);
    const target = join(directory, `copy${copy}`, source.replace(/^\/+/, '').split('/').slice(1).join('/'));
    const folder = dirname(target);
    if (!made.has(folder)) {
      mkdirSync(folder, { recursive: true });
      made.add(folder);
    }
    const content = readFileSync(source);
    writeFileSync(target, copy === 0 ? content : renamed(content, copy));
  }
}

function renamed(content: Buffer, copy: number): Buffer | string {
  const text = content.toString('utf8');
  // Not text, or not UTF-8: left as it is.
  if (text.includes('\0') || text.includes('\ufffd')) return content;
  return text.replace(COMPOUND, (name) => (name.length % RENAMED_SHARE === 0 ? `${name}${copy}` : name));
}

function keyOf(path: string): string {
  return createHash('sha256').update(path).digest('hex');
}

function below(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.name.startsWith('.')) return [];
    if (entry.isDirectory()) return below(path);
    return entry.isFile() && statSync(path).size <= MAX_FILE_BYTES ? [path] : [];
  });
}
