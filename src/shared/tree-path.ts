/**
 * Whether a path that was written down by somebody else (git's index, an index of ours) can only lie inside the tree it is
 * relative to: `/` between its names, none of them empty, `.` or `..`, and no NUL, at which the system would stop reading.
 */
export function isTreePath(path: string): boolean {
  if (path === '' || path.includes('\0')) return false;
  if (process.platform === 'win32' && /[\\:]/.test(path)) return false;
  return path.split('/').every((name) => name !== '' && name !== '.' && name !== '..');
}
