import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../config/config.js';
import { inspectContent } from '../discovery/content.js';
import { discover } from '../discovery/walk.js';
import { errors } from '../shared/errors.js';
import type { Corpus, MeasuredFile } from './corpus/corpus-directory.js';

/**
 * A tree of the user's as the corpus: the files that a run would index. Nothing in it is ever written.
 * @throws MindIndexError when there is no such tree or nothing in it to index
 */
export async function userCorpus(path: string, signal: AbortSignal): Promise<Corpus> {
  const { root, include, exclude, maxFileBytes, indexDir, gitConfigHome: git } = await loadConfig({ path });
  const gitConfigHome = {
    home: git.home,
    ...(git.xdgConfigHome === undefined ? {} : { xdgConfigHome: git.xdgConfigHome }),
  };
  const { candidates } = await discover({ root, include, exclude, maxFileBytes, indexDir, gitConfigHome, signal });
  const files: MeasuredFile[] = [];
  const identity = createHash('sha256');
  for (const candidate of candidates) {
    const bytes = readFileSync(join(root, candidate.path));
    if (inspectContent(candidate.path, bytes).kind === 'skip') continue;
    files.push({ path: candidate.path, sizeBytes: bytes.length });
    identity.update(`${candidate.path}\0${bytes.length}\0`).update(bytes);
  }
  if (files.length === 0) throw errors.benchNothingToMeasure(root);
  return { root, files, identity: `tree ${identity.digest('hex')}`, generated: false };
}
