import { isAbsolute, relative } from 'node:path';
import type { GitConfigHome } from './git-config.js';
import { findRepository, type GitRepository } from './git-directory.js';
import { PathGlobs } from './path-globs.js';
import type { DirectoryRules, RuleBook, Warning } from './rule-book.js';

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

/** A matcher for patterns; undefined where there are none. */
export function globs(patterns: readonly string[]): PathGlobs | undefined {
  return patterns.length === 0 ? undefined : new PathGlobs(patterns);
}

/** `path` relative to the root; undefined where it is not inside. */
export function pathInside(root: string, path: string): string | undefined {
  const inside = relative(root, path);
  return inside === '' || inside === '..' || inside.startsWith('../') || isAbsolute(inside) ? undefined : inside;
}
