import { statSync } from 'node:fs';

/** Rights of others to write. */
const WRITABLE_BY_OTHERS = 0o022;

/** What to be careful about in an index directory before its content is believed; empty on systems without such rights. */
export function directoryWarnings(indexDir: string): { readonly message: string; readonly hint: string }[] {
  const uid = process.getuid?.();
  if (uid === undefined) return [];
  const stat = statSync(indexDir, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (stat.uid !== uid && stat.uid !== 0) {
    const message = `the index directory \`${indexDir}\` belongs to another user, who decides what a search of it shows`;
    return [{ message, hint: 'use it only if you trust that user, or build an index of your own with `--index-dir`' }];
  }
  if ((stat.mode & WRITABLE_BY_OTHERS) === 0) return [];
  const message = `others may write into the index directory \`${indexDir}\``;
  return [{ message, hint: `take that right away: \`chmod 700 '${indexDir}'\`` }];
}
