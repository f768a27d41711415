import { expect, test } from 'vitest';
import { isPathInside } from '../../../src/transfer/inner-path.js';

test.each([
  ['src/apple.ts', true],
  ['...', true],
  ['a..b/..c', true],
  ['', false],
  ['/apple', false],
  ['../apple', false],
  ['a/../b', false],
  ['a/./b', false],
  ['a//b', false],
  ['a/', false],
  ['a\0b', false],
])('%j names something below a folder: %s', (path, expected) => {
  expect([isPathInside(path, 'linux'), isPathInside(path, 'win32')]).toEqual([expected, expected]);
});

test.each(['C:\\apple', 'C:apple', '..\\apple', '\\\\shop\\share', 'apple.ts:stream'])(
  '%j is a name of its own on POSIX, and leads elsewhere on Windows',
  (path) => {
    expect([isPathInside(path, 'linux'), isPathInside(path, 'win32')]).toEqual([true, false]);
  },
);
