import { splitIdentifier, termOfWord } from '../chunking/terms.js';
import { isDataPath, isDeclarationPath, isDocumentPath, isExamplePath, isTestPath } from './path-class.js';

/** What ranking wants to know of a path. */
export interface PathFacts {
  readonly path: string;
  /** The file's name without extensions, in lower case. */
  readonly foldedStem: string;
  /** The terms that the file's own name and its directory's name are made of. */
  readonly stem: readonly string[];
  readonly directory: readonly string[];
  /** True where the file is the entry of its directory, such as `index.ts`: often all it does is pass on. */
  readonly isEntry: boolean;
  readonly isTest: boolean;
  readonly isExample: boolean;
  readonly isDocument: boolean;
  readonly isData: boolean;
  readonly isDeclaration: boolean;
}

/** Above this many paths the cache starts anew. */
const MAX_CACHED_PATHS = 50_000;

/** Names that say "the entry of this directory" in some language: such a file is named by its directory. */
const ENTRY_STEMS = new Set(['index', 'mod', '__init__', 'init', 'package']);

/** Remembers what is known of paths: ranking asks for the same ones with every query. */
export class PathFactCache {
  private readonly known = new Map<string, PathFacts>();

  of(path: string): PathFacts {
    let facts = this.known.get(path);
    if (facts === undefined) {
      if (this.known.size >= MAX_CACHED_PATHS) this.known.clear();
      facts = pathFacts(path);
      this.known.set(path, facts);
    }
    return facts;
  }
}

function pathFacts(path: string): PathFacts {
  const directories = path.split('/').slice(0, -1);
  const stem = fileStem(path);
  const named = ENTRY_STEMS.has(stem) ? (directories.pop() ?? stem) : withoutExtension(path);
  return {
    path,
    foldedStem: stem.toLowerCase(),
    stem: termsIn(named),
    directory: termsIn(directories.at(-1) ?? ''),
    isEntry: ENTRY_STEMS.has(stem),
    isTest: isTestPath(path),
    isExample: isExamplePath(path),
    isDocument: isDocumentPath(path),
    isData: isDataPath(path),
    isDeclaration: isDeclarationPath(path),
  };
}

/** A file's name without its directory and last extension: `Shop.Json` of `src/Shop.Json.cs`, which is not all of `Shop`. */
function withoutExtension(path: string): string {
  const name = fileName(path);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? name : name.slice(0, dot);
}

/** A file's name without directory and extensions. */
export function fileStem(path: string): string {
  const name = fileName(path);
  const dot = name.indexOf('.', 1);
  return dot < 0 ? name : name.slice(0, dot);
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Distinct terms of the words in a name; the name as a whole is not among them. */
function termsIn(name: string): string[] {
  const words = splitIdentifier(name.replace(/[^\p{L}\p{N}]+/gu, '_'));
  return [...new Set(words.map(termOfWord).filter((term) => term !== ''))];
}
