import type { Ignore } from 'ignore';

/** How the matcher spells a globstar between names: any number of names. */
const GLOBSTAR = '(?:\\/[^\\/]+)*';
/** How it spells one at the beginning: what follows may begin at the beginning, or behind any slash. */
const LEADING_GLOBSTAR = '(?:^|\\/)';

const MANY_GLOBSTARS = /\/\*\*.*\/\*\*/s;

/** Longer than any rule that people write. */
const LONG_RULE = 500;

/** The part of the matcher that is reached into: it has no setting for this. A test fails where a release changes it. */
interface RuleHolder {
  readonly _rules?: { readonly _rules?: readonly { readonly body: string; readonly regex: RegExp }[] };
}

/** Matches nothing: for rules of which the matcher cannot make an expression, such as some with brackets in brackets. */
const NEVER = /[]/;

/**
 * Makes the expressions of all rules harmless, whoever wrote them.
 *
 * Rules with several globstars (`**` between slashes) come to take time in proportion to the path. As the matcher spells
 * them, each globstar tries every length again for every length of the one before it: three of them on a path of 300 names
 * take seconds. What follows a globstar is best taken where it first occurs, since the globstar after it takes whatever is
 * left over; so all but the last one end there, and never try again. A rule without a valid expression matches nothing.
 */
export function tameRules(matcher: Ignore): void {
  for (const rule of (matcher as unknown as RuleHolder)._rules?._rules ?? []) {
    // Rules are shared with the matchers of directories above, which have been here before.
    if (Object.hasOwn(rule, 'regex') || !isSuspect(rule.body)) continue;
    Object.defineProperty(rule, 'regex', { value: tamed(() => rule.regex) });
  }
}

/** Most rules are plain, and their expressions are made when they are first asked. */
function isSuspect(body: string): boolean {
  return MANY_GLOBSTARS.test(body) || body.includes('[') || body.length > LONG_RULE;
}

function tamed(make: () => RegExp): RegExp {
  try {
    const made = make();
    const pinned = pinnedSource(made.source);
    const expression = pinned === undefined ? made : new RegExp(pinned, made.flags);
    // An expression is compiled when it is first asked; only then does it turn out to be too large.
    expression.test('');
    return expression;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return NEVER;
    throw error;
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
