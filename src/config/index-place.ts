import { lstatSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { errors } from '../shared/errors.js';
import type { Config } from './config.js';

/**
 * Throws `index-dir-linked` where the place of the index was not named by the user and a link stands in its way: a tree may
 * bring `.mind-index` along as a link to any folder, which a run would fill and `clean` would empty.
 */
export function refuseLinkedIndex({ root, indexDir, sources }: Pick<Config, 'root' | 'indexDir' | 'sources'>): void {
  if (sources.indexDir.kind !== 'default' && sources.indexDir.kind !== 'file') return;
  const names = relative(root, indexDir).split(sep);
  // A config file that was named by hand may lead anywhere.
  if (names[0] === '..') return;
  for (let depth = 1; depth <= names.length; depth++) {
    const path = join(root, ...names.slice(0, depth));
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) throw errors.indexDirLinked(path);
  }
}
