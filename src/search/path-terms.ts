import { splitIdentifier, termsOf } from '../chunking/terms.js';

/** The terms that a file's own name and its directory's name are made of. */
export interface PathTerms {
  readonly stem: readonly string[];
  readonly directory: readonly string[];
}

/** Above this many paths the cache starts anew. */
const MAX_CACHED_PATHS = 50_000;

/** Remembers the terms of paths: ranking asks for the same ones with every query. */
export class PathTermCache {
  private readonly known = new Map<string, PathTerms>();

  of(path: string): PathTerms {
    let terms = this.known.get(path);
    if (terms === undefined) {
      if (this.known.size >= MAX_CACHED_PATHS) this.known.clear();
      terms = { stem: termsIn(fileStem(path)), directory: termsIn(path.split('/').at(-2) ?? '') };
      this.known.set(path, terms);
    }
    return terms;
  }
}

/** A file's name without directory and extensions. */
export function fileStem(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.indexOf('.', 1);
  return dot < 0 ? name : name.slice(0, dot);
}

function termsIn(name: string): string[] {
  return [...new Set(splitIdentifier(name.replace(/[^\p{L}\p{N}]+/gu, '_')).flatMap((word) => termsOf(word)))];
}
