import ignore, { type Ignore } from 'ignore';

/**
 * The rules of all ignore files that apply in one directory, in git's order of precedence: later rules win.
 *
 * Git compares bytes, so rules and paths are *byte strings* here: one character per byte (see `toByteString`). All
 * files share one matcher, because git asks every file about a path before it decides: a rule of `shop/.gitignore` may
 * take back what the root's file ignores. One matcher per file could not tell: asked about `shop/fruit/apple.ts`, the
 * root's alone would insist on its ignored parent. So the rules of nested files are rewritten to be relative to the top.
 */
export class IgnoreRules {
  private constructor(
    private readonly matcher: Ignore | undefined,
    private readonly ignoreCase: boolean,
  ) {}

  /** No rules. `ignoreCase` is git's `core.ignorecase`. */
  static none(ignoreCase: boolean): IgnoreRules {
    return new IgnoreRules(undefined, ignoreCase);
  }

  /** These rules, then those of an ignore file in `directory` (byte string relative to the top, empty for the top). */
  with(content: string, directory: string): IgnoreRules {
    const lines = ignoreLines(content)
      .map((line) => rebase(line, directory))
      .filter((line) => line !== undefined);
    if (lines.length === 0) return this;
    const matcher = ignore({ ignorecase: this.ignoreCase, allowRelativePaths: true });
    if (this.matcher !== undefined) matcher.add(this.matcher);
    // The matcher takes one carriage return off each line, which `ignoreLines` has done already.
    matcher.add(lines.join('\r\n') + '\r\n');
    return new IgnoreRules(matcher, this.ignoreCase);
  }

  /** Whether a path (byte string relative to the top) is ignored; its parents must be known not to be. */
  ignores(path: string, isDirectory: boolean): boolean {
    return this.matcher !== undefined && this.matcher.test(isDirectory ? `${path}/` : path).ignored;
  }
}

/** Splits like git: a byte order mark is dropped, and one carriage return before each line's end. */
function ignoreLines(content: string): string[] {
  return content
    .replace(/^\xef\xbb\xbf/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
}

/** Makes a rule of a nested ignore file relative to the top; undefined for comments, blank lines and empty rules. */
function rebase(line: string, directory: string): string | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  if (directory === '') return line;
  const negation = line.startsWith('!') ? '!' : '';
  const pattern = line.slice(negation.length);
  // Trailing spaces do not count, nor does the slash that asks for a directory: neither anchors the rule.
  const significant = pattern.replace(/ +$/, '').replace(/\/$/, '');
  if (significant === '') return undefined;
  const prefix = `${negation}/${directory.replace(/[\\*?[]/g, '\\$&')}`;
  if (!significant.includes('/')) return `${prefix}/**/${pattern}`;
  return prefix + (pattern.startsWith('/') ? '' : '/') + pattern;
}
