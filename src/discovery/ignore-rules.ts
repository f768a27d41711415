import ignore, { type Ignore } from 'ignore';
import { tameRules } from './rule-expressions.js';

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
    /** Length of all rules, as they are relative to the top. */
    private readonly bytes: number,
  ) {}

  /** No rules. `ignoreCase` is git's `core.ignorecase`. */
  static none(ignoreCase: boolean): IgnoreRules {
    return new IgnoreRules(undefined, ignoreCase, 0);
  }

  /** These rules, then those of an ignore file in `directory` (byte string relative to the top, empty for the top). */
  with(content: string, directory: string): IgnoreRules {
    return this.withAtMost(Infinity, content, directory)!;
  }

  /** As `with`; undefined where the rules of both together would be longer than `maxBytes`. */
  withAtMost(maxBytes: number, content: string, directory: string): IgnoreRules | undefined {
    const rules: string[] = [];
    let { bytes } = this;
    for (const line of ignoreLines(content)) {
      for (const rule of rulesOf(line, directory)) {
        rules.push(rule);
        bytes += rule.length;
      }
      if (bytes > maxBytes) return undefined;
    }
    if (rules.length === 0) return this;
    const matcher = ignore({ ignorecase: this.ignoreCase, allowRelativePaths: true });
    if (this.matcher !== undefined) matcher.add(this.matcher);
    // The matcher takes one carriage return off each line, which `ignoreLines` has done already.
    addLines(matcher, rules);
    tameRules(matcher);
    return new IgnoreRules(matcher, this.ignoreCase, bytes);
  }

  /** Whether a path (byte string relative to the top) is ignored; its parents must be known not to be. */
  ignores(path: string, isDirectory: boolean): boolean {
    return this.matcher !== undefined && this.matcher.test(isDirectory ? `${path}/` : path).ignored;
  }
}

/** Longer rules than the longest path match nothing that there is. */
const MAX_RULE_BYTES = 4096;

/** Adds all lines, or where the matcher cannot read them all, one by one those that it can. */
function addLines(matcher: Ignore, lines: readonly string[]): void {
  try {
    matcher.add(lines.join('\r\n') + '\r\n');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    if (lines.length > 1) for (const line of lines) addLines(matcher, [line]);
  }
}

/** Splits like git: a byte order mark is dropped, and one carriage return before each line's end. */
function ignoreLines(content: string): string[] {
  return content
    .replace(/^\xef\xbb\xbf/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line.length <= MAX_RULE_BYTES);
}

/** The rules of one line, relative to the top; none for comments, blank lines and empty rules. */
function rulesOf(line: string, directory: string): string[] {
  if (line === '' || line.startsWith('#')) return [];
  const negation = line.startsWith('!') ? '!' : '';
  const pattern = line.slice(negation.length);
  // Trailing spaces do not count, nor does the slash that asks for a directory: neither anchors the rule.
  const significant = pattern.replace(/ +$/, '').replace(/\/$/, '');
  if (significant === '') return [];
  const anchored = significant.includes('/');
  if (!anchored && directory === '') return [line];
  // These rules are only asked about paths below `directory`, so a wildcard may stand for what a rule cannot hold.
  const literal = directory.replace(/[\\*?[]/g, '\\$&').replaceAll('\n', '?');
  const base = literal === '' ? negation : `${negation}/${literal}`;
  if (!anchored) return [`${base}/**/${pattern}`];
  return spellOut(pattern).map((rule) => base + (rule.startsWith('/') ? '' : '/') + rule);
}

/**
 * Git compares the text before a rule's first wildcard apart from the rest, so that `app**` + `/x` means `app`, then
 * `**` + `/x`: these stars cross directories although they follow a letter. Rules for readers that know no such habit.
 */
function spellOut(pattern: string): string[] {
  const match = /^([^\\*?[]*[^\\*?[/])\*{2,}(\/.*| *)$/s.exec(pattern);
  if (match === null) return [pattern];
  const [, before, after] = match as unknown as [string, string, string];
  if (/^\/? *$/.test(after)) return [`${before}*${after}`, `${before}*/**${after}`];
  return [...spellOut(before + after.slice(1)), `${before}*/**${after}`];
}
