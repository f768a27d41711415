import { isAbsolute, relative } from 'node:path';
import type { FileSystem } from './file-system.js';
import { Findings } from './findings.js';
import type { GitConfigHome } from './git-config.js';
import { findRepository, type GitRepository } from './git-directory.js';
import { PathGlobs } from './path-globs.js';
import type { DirectoryRules, RuleBook, Warning } from './rule-book.js';
import { patternsOfSecrets } from './secret-names.js';
import { slashed } from './tree-root.js';
import type { TreeWalkOptions } from './tree-walk.js';

/** The repository that the root belongs to, if any, and the rules that hold in the root. */
export function scopeOf(
  root: string,
  home: GitConfigHome,
  book: RuleBook,
): { readonly repository: GitRepository | undefined; readonly rules: DirectoryRules } {
  const repository = findRepository(root);
  const rules = repository && book.insideGit(repository, root, home);
  if (rules !== undefined) return { repository, rules };
  if (repository !== undefined) {
    book.warnings.push({
      message: `\`${root}\` is ignored by the repository in \`${repository.top}\`, so it is read as a tree of its own`,
      hint: `index \`${repository.top}\` to follow the repository's rules`,
    });
  }
  return { repository: undefined, rules: book.outsideGit() };
}

/** What to say where git's index cannot be read. */
export function unknownIndex(failure: { readonly kind: string; readonly detail?: string }): Warning {
  const why = failure.kind === 'no-git' ? '`git` was not found' : `\`git ls-files\` failed: ${failure.detail}`;
  return {
    message: `${why}; tracked files that match ignore rules were left out`,
    hint: 'put a working `git` on the PATH and run again',
  };
}

/** What `discover` is asked for, as far as it decides what is walked and judged. */
export interface WalkedScope {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly maxFileBytes: number;
  readonly indexDir: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (files: number) => void;
}

/** What a walk through the tree at `root` (a real path) needs, with the rules that `book` reads. */
export function walkOptions(
  root: string,
  repository: GitRepository | undefined,
  { include, exclude, indexDir, signal, onProgress }: WalkedScope,
  book: RuleBook,
  fs: FileSystem,
): TreeWalkOptions {
  return {
    root: slashed(root),
    book,
    insideGit: repository !== undefined,
    include: globs(include),
    exclude: globs(exclude),
    indexDirectory: pathInside(root, indexDir),
    fs,
    signal,
    onProgress,
  };
}

/** The judgement of single files in the tree at `root` (a real path). */
export function findingsIn(root: string, { maxFileBytes, include }: WalkedScope, fs: FileSystem): Findings {
  return new Findings(slashed(root), maxFileBytes, fs, globs(patternsOfSecrets(include)));
}

/** A matcher for patterns; undefined where there are none. */
function globs(patterns: readonly string[]): PathGlobs | undefined {
  return patterns.length === 0 ? undefined : new PathGlobs(patterns);
}

/** `path` relative to the root; undefined where it is not inside. */
function pathInside(root: string, path: string): string | undefined {
  const inside = relative(root, path);
  return inside === '' || inside === '..' || inside.startsWith('../') || isAbsolute(inside) ? undefined : inside;
}
