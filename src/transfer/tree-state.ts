import type { CheckedOut } from '../discovery/git-state.js';
import type { Discovery } from '../discovery/walk.js';
import type { GitState } from './manifest.js';

/** Differing paths that a manifest names. */
const NAMED_PATHS = 100;

/** What differs from the commit, as far as an index cares: files that it would skip anyway are not counted. */
export function gitState(checkedOut: CheckedOut | undefined, { skipped }: Pick<Discovery, 'skipped'>): GitState | null {
  if (checkedOut === undefined) return null;
  const ignored = new Set(skipped.map(({ path }) => path));
  const paths = checkedOut.differing.filter((path) => !ignored.has(path));
  const { commit } = checkedOut;
  return { commit, clean: paths.length === 0, differing: paths.length, paths: paths.slice(0, NAMED_PATHS) };
}
