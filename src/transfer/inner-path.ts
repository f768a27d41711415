/**
 * True for a path that names something below a folder, relative and with `/` as separator: no root, no drive, no empty part, no
 * `.` or `..`, no NUL. On Windows a backslash separates too, and a colon names a drive or a stream.
 */
export function isPathInside(path: string, platform: NodeJS.Platform = process.platform): boolean {
  if (path.includes('\0')) return false;
  if (platform === 'win32' && /[\\:]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
