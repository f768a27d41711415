import { inspectContent } from '../../src/discovery/content.js';
import { directoryClass, fileClass } from '../../src/discovery/file-class.js';
import { languageOf, type Language } from '../../src/shared/languages.js';
import type { GitRepository, TreeFile } from './git-repository.js';
import { hashOf } from './random.js';

/** Code that came from elsewhere, was written by programs, or shows rather than does. */
const FOREIGN =
  /(^|\/)(vendor|vendored|_?third[-_]?party|external|extern|deps|regress|node_modules|dist|generated|__generated__|gen|samples?|examples?|snapshots?|locales?|i18n|translations?|migrations|bench(marks?)?|licenses?)\/|\.(pb|gen|min|designer|g)\.[^/]+$|\.d\.ts$/i;
const MIN_BYTES = 300;
const MAX_BYTES = 200_000;
/** A part of the largest trees gives as many pairs as a repository may. */
const MAX_FILES = 2_500;

/** The language of a path that pairs are made of: source code, written here. */
export function sourceLanguage(path: string): Language | undefined {
  const language = languageOf(path);
  if (language?.family !== 'code' || language.grammar === undefined || FOREIGN.test(path)) return undefined;
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  return fileClass(name, directoryClass(path.slice(0, Math.max(slash, 0)))) === 'source' ? language : undefined;
}

/** A repository's source files with their texts, in an order by lot that every machine draws alike. */
export function* sourceFiles(
  repository: GitRepository,
  commit: string,
): Generator<{ readonly path: string; readonly text: string; readonly language: Language }> {
  const drawn = repository
    .files(commit)
    .filter(({ path }) => sourceLanguage(path) !== undefined)
    .map((file): TreeFile & { lot: number } => ({ ...file, lot: hashOf(file.path) }))
    .sort((a, b) => a.lot - b.lot || (a.path < b.path ? -1 : 1))
    .slice(0, MAX_FILES);
  for (const [{ path }, content] of repository.contents(drawn)) {
    if (content.length < MIN_BYTES || content.length > MAX_BYTES) continue;
    const inspection = inspectContent(path, content);
    if (inspection.kind === 'text') yield { path, text: inspection.text, language: sourceLanguage(path)! };
  }
}
