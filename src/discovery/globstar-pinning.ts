import type { Ignore } from 'ignore';

/** How the matcher spells a globstar between names: any number of names. */
const GLOBSTAR = '(?:\\/[^\\/]+)*';
/** How it spells one at the beginning: what follows may begin at the beginning, or behind any slash. */
const LEADING_GLOBSTAR = '(?:^|\\/)';

/** Most rules have none: their expressions are made when they are first asked. */
const MANY_GLOBSTARS = /\/\*\*.*\/\*\*/s;

/** The part of the matcher that is reached into: it has no setting for this. A test fails where a release changes it. */
interface RuleHolder {
  readonly _rules?: { readonly _rules?: readonly { readonly body: string; readonly regex: RegExp }[] };
}

/**
 * Makes rules with several globstars (`**` between slashes) take time in proportion to the path. As the matcher spells
 * them, each globstar tries every length again for every length of the one before it: three of them on a path of 300 names
 * take seconds, and whoever wrote the tree wrote its rules. What follows a globstar is best taken where it first occurs,
 * since the globstar after it takes whatever is left over; so all but the last one end there, and never try again.
 */
export function pinGlobstars(matcher: Ignore): void {
  for (const rule of (matcher as unknown as RuleHolder)._rules?._rules ?? []) {
    // Rules are shared with the matchers of directories above, which have been here before.
    if (!MANY_GLOBSTARS.test(rule.body) || Object.hasOwn(rule, 'regex')) continue;
    const pinned = pinnedSource(rule.regex.source);
    if (pinned !== undefined) Object.defineProperty(rule, 'regex', { value: new RegExp(pinned, rule.regex.flags) });
  }
}

/** The same expression with its globstars pinned; undefined where it has fewer than two. */
export function pinnedSource(source: string): string | undefined {
  const [head, ...pieces] = source.split(GLOBSTAR);
  // Two globstars in a row are one.
  const fixed = pieces.filter((piece, at) => piece !== '' || at === pieces.length - 1);
  if (pieces.length < 2) return undefined;
  const last = fixed.pop()!;
  const pinned = fixed.map((piece) => `(?:(?!${piece}(?=\\/))\\/[^\\/]+)*${piece}`);
  return pinnedHead(head!) + pinned.join('') + GLOBSTAR + last;
}

function pinnedHead(head: string): string {
  if (!head.startsWith(LEADING_GLOBSTAR)) return head;
  const piece = head.slice(LEADING_GLOBSTAR.length);
  return `^(?:(?!${piece}(?=\\/))[^\\/]+\\/)*${piece}`;
}
