/**
 * What a file is for, told by its path alone: the one place that says so for ranking and for the filters of a query.
 * Paths are relative to the indexed folder, `/` as separator.
 */

const TEST_PATH =
  /(?:^|[/_.-])(?:tests?|specs?|__tests__|testdata|testing|fixtures?|mocks?)(?:[/_.-]|$)|[a-z0-9](?:Test|Tests|Spec|TestCase)\.[a-z]+$/;
const EXAMPLE_PATH = /(?:^|\/)_?(?:examples?|samples?|demos?|benchmarks?|bench|docs?|vendor|third_party)\//i;
const DOCUMENT_PATH = /\.(?:md|mdx|rst|txt|adoc|html?)$/i;
const DATA_PATH = /\.(?:json|ya?ml|toml|lock|csv|svg|xml)$/i;
const DECLARATION_PATH = /\.(?:d\.[cm]?ts|pyi|h|hh|hpp|hxx|mli)$/;

/** True for tests and what only tests use, such as fixtures. */
export function isTestPath(path: string): boolean {
  return TEST_PATH.test(path);
}

/** True for examples, documentation and vendored code. */
export function isExamplePath(path: string): boolean {
  return EXAMPLE_PATH.test(path);
}

/** True for documents: prose about code. */
export function isDocumentPath(path: string): boolean {
  return DOCUMENT_PATH.test(path);
}

/** True for data and configuration. */
export function isDataPath(path: string): boolean {
  return DATA_PATH.test(path);
}

/** True for files that declare what others implement, such as C headers and type stubs. */
export function isDeclarationPath(path: string): boolean {
  return DECLARATION_PATH.test(path);
}
