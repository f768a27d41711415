import type { Candidate, FileClass } from '../shared/model.js';
import { comparePaths } from '../shared/path-order.js';

const RANK: Readonly<Record<FileClass, number>> = { source: 0, test: 1, docs: 2, data: 3 };

/** Order of indexing: source, tests, docs, data; inside a class the largest first, so that no straggler ends the run. */
export function compareByPriority(a: Candidate, b: Candidate): number {
  return RANK[a.fileClass] - RANK[b.fileClass] || b.sizeBytes - a.sizeBytes || comparePaths(a.path, b.path);
}
