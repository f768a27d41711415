import type { ChunkTerms } from './chunk-terms.js';
import type { GitRepository } from './git-repository.js';
import type { PairCollector } from './pair-set.js';
import { subjectOf } from './query-text.js';
import { sourceLanguage } from './source-files.js';

const COMMITS_READ = 4_000;
const MAX_FILES_TOUCHED = 3;
const MAX_PATCH_CHARACTERS = 20_000;
/** About the size of a chunk; the beginning of a longer patch stands for it. */
const MAX_DOCUMENT_CHARACTERS = 3_000;

/** A commit's subject asks for what it changed in the file that it changed most. */
export function addCommitPairs(
  repository: GitRepository,
  commit: string,
  terms: ChunkTerms,
  pairs: PairCollector,
): void {
  const subjects = new Map<string, string>();
  const said = new Set<string>();
  for (const { id, subject, paths } of repository.history(commit, COMMITS_READ)) {
    const sources = paths.filter((path) => sourceLanguage(path) !== undefined);
    const plain = subjectOf(subject);
    if (plain === undefined || said.has(plain) || sources.length === 0 || sources.length > MAX_FILES_TOUCHED) continue;
    said.add(plain);
    subjects.set(id, plain);
  }
  for (const [id, patch] of repository.patches([...subjects.keys()])) {
    if (pairs.isFull('commit')) return;
    const query = terms.query(subjects.get(id) ?? '');
    if (query === undefined || patch.length > MAX_PATCH_CHARACTERS) continue;
    const [file] = changedSources(patch);
    const document = file && terms.document(file.text, file.path, undefined);
    if (document) pairs.add('commit', query, document);
  }
}

/** The source files of a patch with the text of their hunks, the most changed first. */
function changedSources(patch: string): { readonly path: string; readonly text: string }[] {
  return patch
    .split(/^diff --git .*$/m)
    .slice(1)
    .map((part) => ({ path: /^\+\+\+ b\/(.*)$/m.exec(part)?.[1] ?? '', hunks: part.slice(part.search(/^@@/m)) }))
    .filter(({ path }) => sourceLanguage(path) !== undefined)
    .sort((a, b) => b.hunks.length - a.hunks.length)
    .map(({ path, hunks }) => ({
      path,
      text: hunks
        .replace(/^@@ -\S+ \+\S+ @@/gm, '')
        .replace(/^[+-]/gm, ' ')
        .slice(0, MAX_DOCUMENT_CHARACTERS),
    }));
}
