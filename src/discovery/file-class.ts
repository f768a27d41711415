import { languageOf } from '../shared/languages.js';
import type { FileClass } from '../shared/model.js';

/** Directories of tests and what tests need; compared in lower case. */
const TEST_DIRECTORIES: ReadonlySet<string> = new Set(
  [
    ['test', 'tests', '__tests__', '__test__', 'spec', 'specs', '__specs__', 'e2e', 'integration-tests'],
    ['testdata', 'test-data', 'test_data', 'testcases', 'test-fixtures', 'testfixtures'],
    ['fixtures', '__fixtures__', '__mocks__', '__snapshots__', 'cypress'],
    ['androidtest', 'commontest', 'jvmtest', 'nativetest', 'integrationtest', 'functionaltest', 'testfixture'],
  ].flat(),
);

/** Directories named after what they test, such as `Shop.Tests` or `shop-test`. */
const TEST_DIRECTORY = /[._-]tests?$/i;

/** File names that only tests have, over all languages. Case counts: `Latest.java` is no test. */
const TEST_NAME = new RegExp(
  [
    /[._-](test|tests|spec|specs|cy|e2e)\.[^.]+$/, // apple.test.ts, apple_test.go, apple_spec.rb
    /^(test|tests|spec)[._-].+/, // test_apple.py, test-apple.R
    /^(test|tests|conftest)\.[^.]+$/, // tests.py, test.rs, conftest.py
    /[a-z0-9](Test|Tests|TestCase|Spec|Specs|IT)\.(java|kt|kts|scala|groovy|cs|fs|vb|php|swift|m|mm|hs|cpp|cc|dart|ex|exs)$/,
    /^Test[A-Z].*\.(java|kt|scala|php|py|cs|swift)$/,
    /\.t$/,
  ]
    .map((pattern) => pattern.source)
    .join('|'),
);

const DOCS_DIRECTORIES: ReadonlySet<string> = new Set(['doc', 'docs', 'documentation', 'man', 'rfcs', 'adr']);

/** What a directory tells about the class of its files. */
export type DirectoryClass = 'test' | 'docs' | 'other';

/** The class of the files in `directory` (relative to the root), as far as the directory decides it. */
export function directoryClass(directory: string): DirectoryClass {
  let found: DirectoryClass = 'other';
  for (const name of directory.split('/')) {
    const folded = name.toLowerCase();
    if (TEST_DIRECTORIES.has(folded) || TEST_DIRECTORY.test(folded)) return 'test';
    if (DOCS_DIRECTORIES.has(folded)) found = 'docs';
  }
  return found;
}

/** The class of a file from its name and its directory's class; tests first, for a test's data is of use with the test. */
export function fileClass(name: string, directory: DirectoryClass): FileClass {
  if (directory === 'test' || TEST_NAME.test(name)) return 'test';
  const family = languageOf(name)?.family;
  if (directory === 'docs' || family === 'docs') return 'docs';
  return family === 'data' ? 'data' : 'source';
}
