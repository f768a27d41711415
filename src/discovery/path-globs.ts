import { IgnoreRules } from './ignore-rules.js';
import { toByteString } from './path-bytes.js';

/**
 * The patterns of `--include` or `--exclude`: the syntax of ignore files (`*.ts` at any depth, `/src` at the root,
 * `!` takes back) plus braces, so that `**\/*.{ts,tsx}` means what it means in a shell.
 */
export class PathGlobs {
  private readonly rules: IgnoreRules;
  /** Directories that patterns are anchored below, as names; undefined when some pattern may match anywhere. */
  private readonly anchors: readonly (readonly string[])[] | undefined;

  constructor(patterns: readonly string[]) {
    const expanded = patterns.flatMap(expandBraces).map((pattern) => pattern.replace(/^(!?)\.\//, '$1/'));
    this.rules = IgnoreRules.none(false).with(expanded.map(toByteString).join('\n'), '');
    const anchors = expanded.filter((pattern) => !pattern.startsWith('!')).map(anchorOf);
    this.anchors = anchors.some((anchor) => anchor.length === 0) ? undefined : anchors;
  }

  /** Whether a path (relative to the root) or one of its parents matches. */
  matches(path: string, isDirectory: boolean): boolean {
    return this.rules.ignores(toByteString(path), isDirectory);
  }

  /** Whether something below a directory could match. */
  mayMatchBelow(directory: string): boolean {
    if (this.anchors === undefined || directory === '') return true;
    const names = directory.split('/');
    return this.anchors.some((anchor) => anchor.every((name, at) => at >= names.length || name === names[at]));
  }
}

/** The leading names of a pattern that hold no wildcard; empty when it may match at any depth. */
function anchorOf(pattern: string): string[] {
  const names = pattern.replace(/^\//, '').replace(/\/$/, '').split('/');
  if (names.length === 1 && !pattern.startsWith('/')) return [];
  const wild = names.findIndex((name) => /[\\*?[]/.test(name));
  return wild < 0 ? names : names.slice(0, wild);
}

/** `{a,b}c` becomes `ac` and `bc`; braces nest; without a comma, or escaped by a backslash, they mean themselves. */
export function expandBraces(pattern: string): string[] {
  const group = firstGroup(pattern);
  if (group === undefined) return [pattern];
  const before = pattern.slice(0, group.open);
  const after = pattern.slice(group.close + 1);
  return group.parts.flatMap((part) => expandBraces(before + part + after));
}

function firstGroup(pattern: string): { open: number; close: number; parts: string[] } | undefined {
  for (let open = 0; open < pattern.length; open++) {
    if (pattern[open] === '\\') open++;
    else if (pattern[open] === '{') {
      const group = groupAt(pattern, open);
      if (group !== undefined) return group;
    }
  }
  return undefined;
}

function groupAt(pattern: string, open: number): { open: number; close: number; parts: string[] } | undefined {
  const parts: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let at = open; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '\\') at++;
    else if (character === '{') depth++;
    else if (character === ',' && depth === 1) {
      parts.push(pattern.slice(start, at));
      start = at + 1;
    } else if (character === '}' && --depth === 0) {
      parts.push(pattern.slice(start, at));
      return parts.length > 1 ? { open, close: at, parts } : undefined;
    }
  }
  return undefined;
}
