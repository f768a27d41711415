import { isSystemError } from '../shared/errors.js';
import { directoryClass } from './file-class.js';
import type { EntryKind, FileSystem } from './file-system.js';
import type { Findings } from './findings.js';
import type { GitIndex } from './git-index.js';
import { toByteString } from './path-bytes.js';
import { below, type DirectoryRules, type RuleBook } from './rule-book.js';
import type { TreeWalk } from './tree-walk.js';

/**
 * Completes a walk by what only git's index knows: tracked files that match ignore rules are part of the tree, a
 * submodule is one entry even when it is not checked out, and a repository inside is walked when its files are tracked
 * by the one around it.
 */
export class TrackedFiles {
  private readonly known: Set<string>;
  private readonly rules = new Map<string, DirectoryRules | undefined>();

  constructor(
    private readonly root: string,
    private readonly findings: Findings,
    private readonly walk: TreeWalk,
    private readonly book: RuleBook,
    private readonly fs: FileSystem,
    rootRules: DirectoryRules,
  ) {
    this.known = new Set();
    this.rules.set('', book.withFilesOf(rootRules, root));
  }

  async complete(index: GitIndex): Promise<void> {
    for (const [directory, rules] of this.walk.nestedRepositories) {
      if (!index.submodules.has(directory) && hasPathBelow(index.files, directory)) {
        this.findings.dropBelow(directory);
        await this.walk.run(directory, rules);
      }
    }
    for (const submodule of index.submodules) this.findings.dropBelow(submodule);
    for (const { path } of this.findings.candidates) this.known.add(path);
    for (const { path } of this.findings.skipped) this.known.add(path);
    for (const submodule of index.submodules) this.add(submodule, 'submodule');
    for (const file of index.files) if (!this.known.has(file)) this.add(file, 'file');
  }

  /** Adds a tracked path that the walk did not meet, unless it is gone from the tree or not wanted. */
  private add(path: string, expected: 'file' | 'submodule'): void {
    const slash = path.lastIndexOf('/');
    const directory = path.slice(0, Math.max(slash, 0));
    const name = path.slice(slash + 1);
    const rules = this.rulesIn(directory);
    const kind = rules && this.kindOf(path);
    if (rules === undefined || kind === undefined) return;
    if (!this.walk.isWanted(path, toByteString(name), kind === 'directory', rules)) return;
    if (kind === 'unreadable') this.findings.skip(path, 'unreadable');
    else if (kind !== 'directory') this.findings.judge(path, name, kind, directoryClass(directory));
    else if (expected === 'submodule') this.findings.skip(path, 'nested-repository');
  }

  /** Rules in a directory that may not have been walked; undefined when nothing in it can be part of the tree. */
  private rulesIn(directory: string): DirectoryRules | undefined {
    if (this.rules.has(directory)) return this.rules.get(directory);
    const found = this.findRules(directory);
    this.rules.set(directory, found);
    return found;
  }

  private findRules(directory: string): DirectoryRules | undefined {
    const slash = directory.lastIndexOf('/');
    const parent = this.rulesIn(directory.slice(0, Math.max(slash, 0)));
    // A directory with a verdict of its own (excluded, a link, ...) was skipped as a whole.
    if (parent === undefined || this.known.has(directory) || this.kindOf(directory) !== 'directory') return undefined;
    const bytes = toByteString(directory.slice(slash + 1));
    if (!this.walk.isWanted(directory, bytes, true, parent)) {
      this.known.add(directory);
      return undefined;
    }
    return this.book.withFilesOf(below(parent, bytes), this.root + directory);
  }

  private kindOf(path: string): EntryKind | 'unreadable' | undefined {
    try {
      const stats = this.fs.lstat(this.root + path);
      if (stats === undefined) return undefined;
      if (stats.isFile()) return 'file';
      if (stats.isDirectory()) return 'directory';
      return stats.isSymbolicLink() ? 'symlink' : 'other';
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return error.code === 'ENOTDIR' ? undefined : 'unreadable';
    }
  }
}

function hasPathBelow(paths: ReadonlySet<string>, directory: string): boolean {
  for (const path of paths) if (path.startsWith(`${directory}/`)) return true;
  return false;
}
