import type { Dirent } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers';
import glob from 'fast-glob';
import { errors, isSystemError } from '../shared/errors.js';
import { directoryClass } from './file-class.js';
import type { DirectoryEntry, FileSystem } from './file-system.js';
import type { Findings } from './findings.js';
import { stampOf, type PathStamp } from './footprint.js';
import { gitDirectoryIn } from './git-directory.js';
import type { PathGlobs } from './path-globs.js';
import { below, type DirectoryRules, type RuleBook } from './rule-book.js';

/** What a walk needs to know. */
export interface TreeWalkOptions {
  /** Absolute real path, ending in `/`. */
  readonly root: string;
  readonly book: RuleBook;
  /** Whether the tree belongs to a repository, so that repositories inside it are not its own. */
  readonly insideGit: boolean;
  readonly include: PathGlobs | undefined;
  readonly exclude: PathGlobs | undefined;
  /** Directory that is never entered, relative to the root: our own index. */
  readonly indexDirectory: string | undefined;
  readonly fs: FileSystem;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((files: number) => void) | undefined;
  /** Directories that are not entered again, because what is in them is known; none where absent. */
  readonly isKnown?: (directory: string) => boolean;
}

type ReadDirectoryCallback = (error: NodeJS.ErrnoException | null, entries: Dirent[]) => void;

/** After so many milliseconds the event loop gets a turn: for signals, progress, and the output of git. */
const TURN_MS = 5;

/**
 * Walks a tree with fast-glob, which is given a file system of ours: whenever it lists a directory, the ignore files in
 * it are read, its files are judged, and only the directories worth entering are shown to fast-glob. Ignored
 * directories are never listed, and names never meet a glob pattern (fast-glob's miss names with a line break).
 */
export class TreeWalk {
  readonly unreadableDirectories: string[] = [];
  /** Every directory that was walked, as it was before it was listed. */
  readonly walked = new Map<string, PathStamp>();
  /** Repositories inside the repository, with the rules that would hold in them. */
  readonly nestedRepositories = new Map<string, DirectoryRules>();
  /** Rules for directories that are to be listed: those of the parent. */
  private readonly pending = new Map<string, DirectoryRules>();
  private turnStart = performance.now();

  constructor(
    private readonly options: TreeWalkOptions,
    private readonly findings: Findings,
  ) {}

  /** Walks `directory` (relative to the root) under the rules that hold in it before its own ignore files are read. */
  async run(directory: string, rules: DirectoryRules): Promise<void> {
    this.pending.set(directory, rules);
    await glob('**', {
      cwd: this.options.root + directory,
      dot: true,
      followSymbolicLinks: false,
      onlyDirectories: true,
      unique: false,
      fs: { readdir: this.readDirectory as never },
    });
  }

  private readonly readDirectory = (path: string, _options: unknown, callback: ReadDirectoryCallback): void => {
    const respond = () => {
      let directories: Dirent[];
      try {
        this.options.signal?.throwIfAborted();
        directories = this.visit(path.slice(this.options.root.length));
      } catch (error) {
        callback(error as NodeJS.ErrnoException, []);
        return;
      }
      callback(null, directories);
    };
    // Never in this turn's stack: fast-glob would nest one frame per directory.
    if (performance.now() - this.turnStart < TURN_MS) queueMicrotask(respond);
    else {
      nextTurn(() => {
        this.turnStart = performance.now();
        this.options.onProgress?.(this.findings.count);
        respond();
      });
    }
  };

  /** Judges the files in a directory and returns the directories to enter. */
  private visit(directory: string): Dirent[] {
    const inherited = this.pending.get(directory)!;
    this.pending.delete(directory);
    const stamp = stampOf(this.options.fs, this.options.root + directory);
    const entries = this.list(directory);
    if (entries === undefined) return [];
    const names = new Set(entries.map((entry) => entry.name));
    if (this.isNestedRepository(directory, names, inherited)) return [];
    this.walked.set(directory, stamp);
    const rules = this.options.book.withFilesOf(inherited, this.options.root + directory, names);
    const parent = directory === '' ? '' : `${directory}/`;
    const found: Dirent[] = [];
    const testOrDocs = directoryClass(directory);
    for (const entry of entries) {
      const path = parent + entry.name;
      const isDirectory = entry.kind === 'directory';
      if (entry.name === '.git' || path === this.options.indexDirectory) continue;
      if (isDirectory && this.options.isKnown?.(path) === true) continue;
      if (rules.git.ignores(rules.prefix + entry.bytes, isDirectory)) continue;
      if (!this.isWanted(path, entry.bytes, isDirectory, rules)) continue;
      if (!entry.valid) this.findings.skip(path, 'path-not-utf8');
      else if (entry.kind !== 'directory') this.findings.judge(path, entry.name, entry.kind, testOrDocs);
      else {
        this.pending.set(path, below(rules, entry.bytes));
        found.push(new EnteredDirectory(entry.name) as unknown as Dirent);
      }
    }
    return found;
  }

  /** Applies our own rules and the user's globs; what they exclude is counted, what was not included is not. */
  isWanted(path: string, bytes: string, isDirectory: boolean, rules: DirectoryRules): boolean {
    const { include, exclude } = this.options;
    if (include !== undefined && !include.matches(path, isDirectory)) {
      if (!isDirectory || !include.mayMatchBelow(path)) return false;
    }
    if (!rules.own.ignores(rules.prefix + bytes, isDirectory) && !exclude?.matches(path, isDirectory)) return true;
    this.findings.skip(path, 'excluded');
    return false;
  }

  private list(directory: string): DirectoryEntry[] | undefined {
    try {
      return this.options.fs.list(this.options.root + directory);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (directory === '') throw rootError(this.options.root.replace(/(?<=.)\/$/, ''), error);
      const vanished = error.code === 'ENOENT' || error.code === 'ENOTDIR';
      this.findings.skip(directory, vanished ? 'vanished' : 'unreadable');
      if (!vanished) this.unreadableDirectories.push(directory);
      return undefined;
    }
  }

  /** A repository in the repository is skipped as a whole, unless the caller asked to walk it. */
  private isNestedRepository(directory: string, names: ReadonlySet<string>, rules: DirectoryRules): boolean {
    if (!this.options.insideGit || directory === '' || !names.has('.git')) return false;
    if (this.nestedRepositories.has(directory)) return false;
    if (gitDirectoryIn(this.options.root + directory) === undefined) return false;
    this.nestedRepositories.set(directory, rules);
    this.findings.skip(directory, 'nested-repository');
    return true;
  }
}

/** The least that fast-glob asks of a directory entry. */
class EnteredDirectory {
  constructor(readonly name: string) {}
  isDirectory(): boolean {
    return true;
  }
  isFile(): boolean {
    return false;
  }
  isSymbolicLink(): boolean {
    return false;
  }
}

function rootError(root: string, error: NodeJS.ErrnoException): Error {
  if (error.code === 'ENOENT') return errors.pathMissing(root);
  if (error.code === 'ENOTDIR') return errors.pathNotDirectory(root);
  return errors.pathNotReadable(root, error);
}
