import type { Candidate } from '../shared/model.js';
import { comparePaths } from '../shared/path-order.js';
import { fileSystem, type FileSystem } from './file-system.js';
import type { Skipped } from './findings.js';
import type { Footprint } from './footprint.js';
import type { GitConfigHome } from './git-config.js';
import { readGitIndex } from './git-index.js';
import { RuleBook, type Warning } from './rule-book.js';
import { findingsIn, scopeOf, unknownIndex, walkOptions } from './scope.js';
import { TrackedFiles } from './tracked-files.js';
import { gitIndexStamp, realRoot, scopeText, slashed } from './tree-root.js';
import { TreeWalk } from './tree-walk.js';

/** What to discover, and within which limits. */
export interface DiscoveryOptions {
  /** Absolute path of the tree. */
  readonly root: string;
  /**
   * Patterns in the syntax of ignore files, with braces; none means everything. One that names a kind of secret, such as
   * `.env` or `*.pem`, brings in those as well.
   */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Larger files are skipped. */
  readonly maxFileBytes: number;
  /** Absolute path of our own index; never entered. */
  readonly indexDir: string;
  readonly gitConfigHome: GitConfigHome;
  readonly signal?: AbortSignal;
  /** Called now and then with the number of files judged so far. */
  readonly onProgress?: (files: number) => void;
}

/** The tree as it is: every file that git would list is either a candidate or skipped for a reason. */
export interface Discovery {
  /** In path order (byte order of UTF-8). */
  readonly candidates: Candidate[];
  /** In path order; an excluded directory or a nested repository is one entry. */
  readonly skipped: Skipped[];
  /** Whether the tree belongs to a git repository, so that git's rules decided and not our default list. */
  readonly usedGit: boolean;
  readonly warnings: Warning[];
  /** Directories that could not be listed: what is in them is unknown, not gone. */
  readonly unreadableDirectories: string[];
  /** What to look at to know whether a walk would find other files; undefined where some of it could not be read. */
  readonly footprint: Footprint | undefined;
}

/** Finds the files of a tree. Rejects with the signal's reason when aborted, and when the root cannot be listed. */
export async function discover(options: DiscoveryOptions, fs: FileSystem = fileSystem): Promise<Discovery> {
  const root = realRoot(options.root);
  const book = new RuleBook(fs);
  const scope = scopeOf(root, options.gitConfigHome, book);
  const gitIndex = gitIndexStamp(scope.repository, fs);
  const index =
    scope.repository && readGitIndex(scope.repository, root, options.gitConfigHome.variables, options.signal);

  const findings = findingsIn(root, options, fs);
  const walk = new TreeWalk(walkOptions(root, scope.repository, options, book, fs), findings);
  await walk.run('', scope.rules);

  const tracked = await index;
  options.signal?.throwIfAborted();
  if (tracked !== undefined && 'files' in tracked) {
    await new TrackedFiles(slashed(root), findings, walk, book, fs, scope.rules).complete(tracked);
  } else if (tracked !== undefined) book.warnings.push(unknownIndex(tracked));

  options.onProgress?.(findings.count);
  const isWhole = book.warnings.length === 0 && walk.unreadableDirectories.length === 0;
  const scopeIs = scopeText(root, scope.repository, options);
  return {
    candidates: findings.candidates.sort((a, b) => comparePaths(a.path, b.path)),
    skipped: findings.skipped.sort((a, b) => comparePaths(a.path, b.path)),
    usedGit: scope.repository !== undefined,
    warnings: book.warnings,
    unreadableDirectories: walk.unreadableDirectories.sort(comparePaths),
    footprint: isWhole ? { scope: scopeIs, directories: walk.walked, ruleFiles: book.ruleFiles, gitIndex } : undefined,
  };
}
