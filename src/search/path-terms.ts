import { splitIdentifier, termOfWord } from '../chunking/terms.js';

/** The terms that a file's own name and its directory's name are made of. */
export interface PathTerms {
  readonly stem: readonly string[];
  readonly directory: readonly string[];
}

/** Above this many paths the cache starts anew. */
const MAX_CACHED_PATHS = 50_000;

/** Names that say "the entry of this directory" in some language: such a file is named by its directory. */
const ENTRY_STEMS = new Set(['index', 'mod', '__init__', 'init', 'package']);

/** Remembers the terms of paths: ranking asks for the same ones with every query. */
export class PathTermCache {
  private readonly known = new Map<string, PathTerms>();

  of(path: string): PathTerms {
    let terms = this.known.get(path);
    if (terms === undefined) {
      if (this.known.size >= MAX_CACHED_PATHS) this.known.clear();
      terms = pathTerms(path);
      this.known.set(path, terms);
    }
    return terms;
  }
}

function pathTerms(path: string): PathTerms {
  const directories = path.split('/').slice(0, -1);
  const stem = fileStem(path);
  const named = ENTRY_STEMS.has(stem) ? (directories.pop() ?? stem) : stem;
  return { stem: termsIn(named), directory: termsIn(directories.at(-1) ?? '') };
}

/** A file's name without directory and extensions. */
export function fileStem(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.indexOf('.', 1);
  return dot < 0 ? name : name.slice(0, dot);
}

/** Distinct terms of the words in a name; the name as a whole is not among them. */
function termsIn(name: string): string[] {
  const words = splitIdentifier(name.replace(/[^\p{L}\p{N}]+/gu, '_'));
  return [...new Set(words.map(termOfWord).filter((term) => term !== ''))];
}
