import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { directoryClass, fileClass } from '../../../src/discovery/file-class.js';
import { decodeName, toByteString } from '../../../src/discovery/path-bytes.js';
import { compareByPriority } from '../../../src/discovery/priority.js';
import { BINARY_EXTENSIONS, reasonByName } from '../../../src/discovery/skipped-names.js';
import { LANGUAGES } from '../../../src/shared/languages.js';
import type { Candidate, FileClass } from '../../../src/shared/model.js';

describe('names that are skipped unopened', () => {
  it.each([
    ['package-lock.json', 'lock-file'],
    ['Cargo.lock', 'lock-file'],
    ['go.sum', 'lock-file'],
    ['.env', 'secret'],
    ['.env.production', 'secret'],
    ['id_rsa', 'secret'],
    ['server.pem', 'secret'],
    ['.npmrc', 'secret'],
    ['shop.min.js', 'minified'],
    ['shop.css.map', 'minified'],
    ['apple.PNG', 'binary'],
    ['fruit.tar.gz', 'binary'],
  ])('skips %s as %s', (name, reason) => {
    expect(reasonByName(name)).toBe(reason);
  });

  it.each([
    '.env.example',
    '.env.local.sample',
    'id_rsa.pub',
    'package.json',
    'admin.js',
    'lock',
    'png',
    'LICENSE',
    '.envoy',
  ])('leaves %s to its content', (name) => {
    expect(reasonByName(name)).toBeUndefined();
  });

  it('holds no extension of a language as binary', () => {
    const textual = LANGUAGES.flatMap((language) => language.extensions).map((extension) => extension.slice(1));
    expect(textual.filter((extension) => BINARY_EXTENSIONS.has(extension))).toEqual([]);
  });
});

describe('file classes', () => {
  it.each<[string, string, FileClass]>([
    ['src', 'apple.ts', 'source'],
    ['src', 'apple.test.ts', 'test'],
    ['src/__tests__', 'apple.ts', 'test'],
    ['pkg', 'apple_test.go', 'test'],
    ['pkg/testdata', 'prices.json', 'test'],
    ['shop', 'test_apple.py', 'test'],
    ['src/main', 'AppleTest.java', 'test'],
    ['src/main', 'Latest.java', 'source'],
    ['src/main', 'Contest.kt', 'source'],
    ['Shop.Tests', 'Apple.cs', 'test'],
    ['spec/models', 'apple_spec.rb', 'test'],
    ['', 'README.md', 'docs'],
    ['docs', 'conf.py', 'docs'],
    ['docs/test', 'conf.py', 'test'],
    ['', 'prices.csv', 'data'],
    ['', 'shop.yaml', 'data'],
    ['', 'Makefile', 'source'],
    ['', 'unknown.xyz', 'source'],
    ['latest', 'attest.ts', 'source'],
  ])('in `%s`, `%s` is %s', (directory, name, expected) => {
    expect(fileClass(name, directoryClass(directory))).toBe(expected);
  });
});

describe('order', () => {
  it('of priority is source, test, docs, data, the largest first, then by path', () => {
    const file = (path: string, kind: FileClass, sizeBytes: number): Candidate => {
      return { path, fileClass: kind, sizeBytes, mtimeMs: 0, ctimeMs: 0 };
    };
    const files = [
      file('a.json', 'data', 9),
      file('a.md', 'docs', 9),
      file('b.ts', 'source', 1),
      file('a.test.ts', 'test', 9),
      file('a.ts', 'source', 1),
      file('c.ts', 'source', 5),
    ];
    const order = files.sort(compareByPriority).map((each) => each.path);
    expect(order).toEqual(['c.ts', 'a.ts', 'b.ts', 'a.test.ts', 'a.md', 'a.json']);
  });
});

describe('names as bytes', () => {
  it('survive the way to byte strings and back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(decodeName(toByteString(name))).toEqual({ name, valid: true });
      }),
    );
  });

  it('that are not UTF-8 are shown with their bytes', () => {
    expect(decodeName('caf\xe9.txt')).toEqual({ name: 'caf\\xe9.txt', valid: false });
  });
});
