import { readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

/** One reference from a file to another or to a package. */
interface Reference {
  readonly specifier: string;
  /** `type` is gone when the program runs; `start` names the file that a new thread or process runs. */
  readonly kind: 'value' | 'type' | 'start';
}

interface SourceFile {
  /** Relative to `src`, `/` as separator. */
  readonly path: string;
  readonly room: string;
  readonly lines: number;
  readonly references: readonly Reference[];
  /** Members of globals that are used, such as `process.env` or `console.log`. */
  readonly globals: readonly string[];
  readonly isBarrel: boolean;
}

const SRC = resolve(dirname(fileURLToPath(import.meta.url)), '../src');

/** Files that are tables: one row after the other, all of one shape, so their length costs a reader nothing. */
const TABLES = ['config/defaults.ts', 'shared/errors.ts', 'shared/languages.ts', 'chunking/syntax-rules.ts'];
const MAX_LINES = 300;

/** Rooms from the street to the cellar: a room may use what lies below it, never what lies above or beside it. */
const FLOORS: readonly (readonly string[])[] = [
  ['index.ts', 'cli'],
  ['app'],
  ['server', 'bench', 'distributed', 'watch', 'transfer'],
  ['pipeline', 'search'],
  ['discovery', 'chunking', 'embedding', 'storage', 'scaling', 'report'],
  ['shared'],
];
const PEERS = FLOORS[4]!;
/** Rooms that may know the config; below them values arrive as arguments. */
const CONFIG_READERS = ['index.ts', 'cli', 'app', 'server', 'bench', 'distributed', 'watch'];

const FORBIDDEN_NAMES = /^(utils?|helpers?|common|misc|manager|stuff|types|index)$/;

/** Little programs that the bench measures from outside: each builds its own objects and answers on its stdout. */
const OWN_PROGRAM = /^bench\/[a-z-]+-process\.ts$/;

/** The roots that people start from: the command line (through `bin`) and the library. */
const ENTRIES = ['cli/main.ts', 'index.ts'];

const files = sourcePaths(SRC).map(readSource);
const byPath = new Map(files.map((file) => [file.path, file]));

describe('the law of the house', () => {
  test('a room imports only from the rooms below it, so that it can be read without those above', () => {
    const broken = edges().filter(({ from, to }) => from.room !== to.room && !mayImport(from.room, to.room));
    expect(broken.map(({ from, to }) => `${from.path} imports ${to.path}: ${whyNot(from.room, to.room)}`)).toEqual([]);
  });

  test('no file imports itself through others, so that every file can be understood before those that use it', () => {
    expect(cycles()).toEqual([]);
  });

  test('every local import ends in .js and names a file that exists', () => {
    const broken = files.flatMap((file) =>
      file.references
        .filter((reference) => isLocal(file, reference) && resolveLocal(file, reference.specifier) === undefined)
        .map(({ specifier }) => `${file.path}: \`${specifier}\` leads nowhere`),
    );
    expect(broken).toEqual([]);
  });

  test('the environment is read in config only, so that every variable is declared in one table', () => {
    expect(usersOf(/^process\.env$/, (file) => file.room !== 'config')).toEqual([]);
  });

  test('only the command line prints, so that the core serves bars, JSON, metrics and tests alike', () => {
    expect(
      usersOf(
        /^(console\.\w+|process\.(stdout|stderr))$/,
        ({ room, path }) => room !== 'cli' && !OWN_PROGRAM.test(path),
      ),
    ).toEqual([]);
  });

  test('each package is loaded by exactly one file, so that it can be replaced by changing that file', () => {
    const users = new Map<string, string[]>();
    for (const file of files) {
      for (const name of new Set(file.references.filter((each) => each.kind === 'value').map(packageOf))) {
        if (name) users.set(name, [...(users.get(name) ?? []), file.path]);
      }
    }
    const shared = [...users].filter(([, paths]) => paths.length > 1);
    expect(shared.map(([name, paths]) => `\`${name}\` is loaded by ${paths.join(' and ')}`)).toEqual([]);
  });

  test('what a thread that is terminated from outside loads is JavaScript only: native code would abort the process', () => {
    const loaded = new Set(['cli/hang-watch-thread.ts']);
    for (const path of loaded) for (const target of targetsOf(byPath.get(path)!, ['value'])) loaded.add(target.path);
    const packages = [...loaded].flatMap((path) =>
      byPath
        .get(path)!
        .references.filter(({ kind }) => kind === 'value')
        .flatMap((each) => packageOf(each) ?? []),
    );
    expect([loaded.has('storage/work-notes.ts'), packages]).toEqual([true, []]);
  });

  test('every file can be reached from bin or from the library, since unused code is deleted', () => {
    const bin = readFileSync(join(SRC, '../bin/mind-index.js'), 'utf8');
    expect(bin).toContain(`../dist/${ENTRIES[0]!.replace('.ts', '.js')}`);
    const reached = new Set(ENTRIES);
    for (const path of reached) for (const target of targetsOf(byPath.get(path)!)) reached.add(target.path);
    expect(files.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
  });

  test('names say what is inside: kebab-case, and none of the words that could hold anything', () => {
    const broken = files
      .filter(({ path }) => path !== 'index.ts')
      .filter(({ path }) =>
        path
          .replace(/\.ts$/, '')
          .split('/')
          .some((part) => FORBIDDEN_NAMES.test(part) || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part)),
      );
    expect(broken.map(({ path }) => path)).toEqual([]);
  });

  test('no file only passes on what others export, except the entry of the library', () => {
    expect(files.filter(({ isBarrel, path }) => isBarrel && path !== 'index.ts').map(({ path }) => path)).toEqual([]);
  });

  test(`no file is longer than ${MAX_LINES} lines, except tables`, () => {
    const long = files.filter(({ lines, path }) => lines > MAX_LINES && !TABLES.includes(path));
    expect(long.map(({ path, lines }) => `${path} has ${lines} lines: it holds more than one idea`)).toEqual([]);
  });
});

function sourcePaths(folder: string): string[] {
  return ts.sys
    .readDirectory(folder, ['.ts'])
    .map((path) => relative(SRC, path).replaceAll('\\', '/'))
    .sort();
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(SRC, path), 'utf8');
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const references: Reference[] = [];
  const globals: string[] = [];
  const visit = (node: ts.Node): void => {
    const reference = referenceOf(node);
    if (reference) references.push(reference);
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      globals.push(`${node.expression.text}.${node.name.text}`);
    }
    node.forEachChild(visit);
  };
  visit(tree);
  return {
    path,
    room: path.split('/')[0]!,
    lines: text.split('\n').length - 1,
    references,
    globals,
    isBarrel: tree.statements.length > 0 && tree.statements.every(onlyPassesOn),
  };
}

/** Static and dynamic imports, `require`, types by `import()`, and worker entries by `new URL('./x.js', import.meta.url)`. */
function referenceOf(node: ts.Node): Reference | undefined {
  if (ts.isImportDeclaration(node)) return text(node.moduleSpecifier, node.importClause?.isTypeOnly ? 'type' : 'value');
  if (ts.isExportDeclaration(node)) return text(node.moduleSpecifier, node.isTypeOnly ? 'type' : 'value');
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return text(node.argument.literal, 'type');
  if (ts.isCallExpression(node) && isLoader(node.expression)) return text(node.arguments[0], 'value');
  if (
    ts.isNewExpression(node) &&
    node.expression.getText() === 'URL' &&
    node.arguments?.[1]?.getText() === 'import.meta.url'
  ) {
    const target = text(node.arguments[0], 'start');
    return target?.specifier.endsWith('.js') ? target : undefined;
  }
  return undefined;
}

function isLoader(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || /^require(\.resolve)?$/.test(callee.getText());
}

function text(node: ts.Node | undefined, kind: Reference['kind']): Reference | undefined {
  return node && ts.isStringLiteralLike(node) ? { specifier: node.text, kind } : undefined;
}

function onlyPassesOn(statement: ts.Statement): boolean {
  return ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
}

function packageOf({ specifier }: Reference): string | undefined {
  if (/^(\.|node:)/.test(specifier)) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function resolveLocal(from: SourceFile, specifier: string): SourceFile | undefined {
  if (!specifier.endsWith('.js')) return undefined;
  return byPath.get(posix.join(posix.dirname(from.path), specifier).replace(/\.js$/, '.ts'));
}

/** True for a file of `src`; what is started may also lie outside, such as the program itself. */
function isLocal(from: SourceFile, { specifier, kind }: Reference): boolean {
  if (!specifier.startsWith('.')) return false;
  return kind !== 'start' || !posix.join(posix.dirname(from.path), specifier).startsWith('..');
}

function targetsOf(file: SourceFile, kinds: readonly Reference['kind'][] = ['value', 'type', 'start']): SourceFile[] {
  return file.references
    .filter((reference) => kinds.includes(reference.kind) && isLocal(file, reference))
    .flatMap(({ specifier }) => resolveLocal(file, specifier) ?? []);
}

function edges(): { readonly from: SourceFile; readonly to: SourceFile }[] {
  return files
    .filter(({ path }) => !OWN_PROGRAM.test(path))
    .flatMap((from) => targetsOf(from).map((to) => ({ from, to })));
}

function floorOf(room: string): number {
  return FLOORS.findIndex((rooms) => rooms.includes(room));
}

function mayImport(from: string, to: string): boolean {
  if (to === 'config') return CONFIG_READERS.includes(from);
  if (from === 'config') return to === 'shared';
  return floorOf(from) >= 0 && floorOf(from) < floorOf(to);
}

function whyNot(from: string, to: string): string {
  if (floorOf(from) < 0 && from !== 'config') return `\`${from}\` is no room of the house`;
  if (from === 'config') return 'config knows only shared';
  if (to === 'config') return `below app, values arrive as arguments`;
  if (PEERS.includes(from) && PEERS.includes(to))
    return 'peers do not know each other; what both need belongs in shared';
  return `\`${to}\` does not lie below \`${from}\``;
}

/** Every cycle of imports, as the path around it; depth-first, each file once. */
function cycles(): string[] {
  const found: string[] = [];
  const finished = new Set<SourceFile>();
  const trail: SourceFile[] = [];
  const visit = (file: SourceFile): void => {
    if (finished.has(file)) return;
    const start = trail.indexOf(file);
    if (start >= 0) {
      found.push([...trail.slice(start), file].map(({ path }) => path).join(' -> '));
      return;
    }
    trail.push(file);
    // A file may start the one that imports from it: the two sides of a thread know the same messages.
    targetsOf(file, ['value', 'type']).forEach(visit);
    trail.pop();
    finished.add(file);
  };
  files.forEach(visit);
  return found;
}

function usersOf(pattern: RegExp, inScope: (file: SourceFile) => boolean): string[] {
  return files.filter(inScope).flatMap((file) => {
    const used = new Set(file.globals.filter((name) => pattern.test(name)));
    return [...used].map((name) => `${file.path} uses \`${name}\``);
  });
}
