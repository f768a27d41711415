import type { HostileKind } from './kind.js';
import { configFiles } from './kinds/config-files.js';
import { exportFiles } from './kinds/exports.js';
import { gitIndexes } from './kinds/git-indexes.js';
import { ignoreFiles } from './kinds/ignore-files.js';
import { databases, segments } from './kinds/indexes.js';
import { randomBytes, sources } from './kinds/sources.js';

/** Every kind of hostile input; their shares add up to 100. A new kind is a file in `kinds/` and a name here. */
export const KINDS: readonly HostileKind[] = [
  ...[sources, randomBytes, segments, databases, exportFiles, configFiles, ignoreFiles, gitIndexes],
];

/** The kind of a name. */
export function kindOf(name: string): HostileKind {
  const kind = KINDS.find((each) => each.name === name);
  if (kind === undefined)
    throw new Error(`there is no kind \`${name}\`; known: ${KINDS.map((each) => each.name).join(', ')}`);
  return kind;
}
