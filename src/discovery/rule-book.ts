import { join, relative } from 'node:path';
import { isSystemError } from '../shared/errors.js';
import { DEFAULT_IGNORES } from './default-ignores.js';
import type { FileSystem } from './file-system.js';
import { stampOf, type PathStamp } from './footprint.js';
import { readGitSettings, type GitConfigHome } from './git-config.js';
import type { GitRepository } from './git-directory.js';
import { IgnoreRules } from './ignore-rules.js';
import { toByteString } from './path-bytes.js';

/** The file with rules of our own, in the syntax of `.gitignore`. */
export const OWN_IGNORE_FILE = '.mindindexignore';
const GIT_IGNORE_FILE = '.gitignore';

/** A file may hold more comments than rules. */
const MAX_FILE_BYTES = 1024 * 1024;

/**
 * For the rules of all files of a kind that hold in one directory, those of files below the top with their own path before
 * them. Every rule is asked about every path, and takes 0.4 to 4 KB of memory, 200 times its text (measured with one-letter
 * rules and with rules of 18 letters). Ignore files in use have some kilobytes.
 */
const MAX_RULES_BYTES = 256 * 1024;

/** The rules that hold in one directory. */
export interface DirectoryRules {
  /** What git ignores, or would. */
  readonly git: IgnoreRules;
  /** What `.mindindexignore` files exclude. */
  readonly own: IgnoreRules;
  /** Bytes that go before a name of the directory: empty, or relative to the rules' top and ending in `/`. */
  readonly prefix: string;
}

/** Something the user should know, and what to do about it. */
export interface Warning {
  readonly message: string;
  readonly hint: string;
}

/** Reads ignore files and adds up their rules from the top down to a directory. */
export class RuleBook {
  readonly warnings: Warning[] = [];
  /** Files that decided, or would if they existed, as they were before they were read. */
  readonly ruleFiles = new Map<string, PathStamp>();

  constructor(private readonly fs: FileSystem) {}

  /** Rules for the root of a tree outside of any repository. */
  outsideGit(): DirectoryRules {
    const none = IgnoreRules.none(false);
    return { git: none.with(DEFAULT_IGNORES, ''), own: none, prefix: '' };
  }

  /**
   * Rules for a root inside a repository: the user's ignore file, `info/exclude`, then the ignore files above the root
   * (the root's own are read when it is listed). Undefined when these rules ignore the root itself.
   */
  insideGit(repository: GitRepository, root: string, home: GitConfigHome): DirectoryRules | undefined {
    const settings = readGitSettings(repository, home);
    for (const file of settings.files) this.note(file);
    let git = IgnoreRules.none(settings.ignoreCase);
    if (settings.excludesFile !== undefined) git = this.extend(git, settings.excludesFile, '', true);
    git = this.extend(git, join(repository.commonDir, 'info', 'exclude'), '', true);
    let rules: DirectoryRules = { git, own: IgnoreRules.none(settings.ignoreCase), prefix: '' };
    let directory = repository.top;
    for (const name of relative(repository.top, root).split('/')) {
      if (name === '') continue;
      rules = this.withFilesOf(rules, directory);
      if (rules.git.ignores(rules.prefix + toByteString(name), true)) return undefined;
      rules = below(rules, toByteString(name));
      directory = join(directory, name);
    }
    return rules;
  }

  /** The rules with those of the ignore files in `directory`, which is listed as `names` (looked for when not given). */
  withFilesOf(rules: DirectoryRules, directory: string, names?: ReadonlySet<string>): DirectoryRules {
    const base = rules.prefix.slice(0, -1);
    const read = (current: IgnoreRules, name: string) => {
      if (names !== undefined && !names.has(name)) return current;
      const path = join(directory, name);
      // Git does not follow a link here: a cloned repository could make it read any file.
      return this.isRegularFile(path) ? this.extend(current, path, base, false) : current;
    };
    const git = read(rules.git, GIT_IGNORE_FILE);
    const own = read(rules.own, OWN_IGNORE_FILE);
    return git === rules.git && own === rules.own ? rules : { ...rules, git, own };
  }

  private isRegularFile(path: string): boolean {
    try {
      return this.fs.lstat(path)?.isFile() ?? false;
    } catch {
      return false;
    }
  }

  private note(file: string): void {
    this.ruleFiles.set(file, stampOf(this.fs, file));
  }

  private extend(rules: IgnoreRules, file: string, base: string, followLinks: boolean): IgnoreRules {
    this.note(file);
    try {
      const content = this.fs.read(file, { maxBytes: MAX_FILE_BYTES, followLinks });
      const extended = content === undefined ? undefined : rules.withAtMost(MAX_RULES_BYTES, content, base);
      if (extended !== undefined) return extended;
      if (content !== undefined || (this.fs.lstat(file)?.isFile() ?? false)) {
        this.warn(file, `are too long (${MAX_RULES_BYTES} bytes with those above them)`, 'shorten the file');
      }
      return rules;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR' || error.code === 'ELOOP')
        return rules;
      this.warn(file, `cannot be read (${error.code})`, 'make the file readable for this user');
      return rules;
    }
  }

  /** Once for each file: tracked files let the rules of some directories be read again. */
  private warn(file: string, why: string, hint: string): void {
    const message = `the ignore rules in \`${file}\` ${why} and were not applied`;
    if (!this.warnings.some((warning) => warning.message === message)) this.warnings.push({ message, hint });
  }
}

/** The rules as they hold in a directory below, before its own ignore files are read. `name` is a byte string. */
export function below(rules: DirectoryRules, name: string): DirectoryRules {
  return { ...rules, prefix: `${rules.prefix}${name}/` };
}
