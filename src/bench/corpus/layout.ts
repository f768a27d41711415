import { Random } from './random.js';
import { NOUNS, ROLES } from './words.js';

/** What decides a corpus: equal specifications give equal files, byte for byte. */
export interface CorpusSpec {
  readonly files: number;
  readonly seed: number;
}

/** One file of the corpus before its text is written. */
export interface PlannedFile {
  /** Relative path with `/`. */
  readonly path: string;
  /** Name of the class that the file exports, or of the class that a test is about. */
  readonly className: string;
  /** The file under test; undefined for a module. */
  readonly subject: PlannedFile | undefined;
  /** Modules whose class is imported; always planned earlier, so imports have no cycles. */
  readonly imports: readonly PlannedFile[];
  /** Size the text grows to, in bytes; reached within one declaration. */
  readonly targetBytes: number;
}

/** Sizes are log-normal: sigma as hand-written TypeScript shows it, the median so that the mean is 5 KB. */
const SIZE_SIGMA = 0.85;
const MEDIAN_BYTES = 3200;
const SMALLEST_BYTES = 350;
const LARGEST_BYTES = 80_000;

const TEST_SHARE = 0.14;
const MODULES_PER_PACKAGE = 180;
const FEATURES_PER_PACKAGE = 5;
const LAYERS = ['domain', 'services', 'adapters', 'http', 'storage', 'jobs', 'reports'] as const;

/** Plans paths, sizes and imports of all files; the text of each follows from its plan and the seed. */
export function planCorpus({ files, seed }: CorpusSpec): PlannedFile[] {
  const random = new Random(seed);
  const taken = new Set<string>();
  const modules: PlannedFile[] = [];
  const planned: PlannedFile[] = [];
  while (planned.length < files) {
    const untested = modules.at(-1);
    const isTest =
      untested !== undefined && planned.at(-1) === untested && random.chance(TEST_SHARE / (1 - TEST_SHARE));
    const file = isTest ? planTest(untested, random) : planModule(modules, taken, random);
    if (!isTest) modules.push(file);
    planned.push(file);
  }
  return planned;
}

function planModule(modules: readonly PlannedFile[], taken: Set<string>, random: Random): PlannedFile {
  const packageIndex = Math.floor(modules.length / MODULES_PER_PACKAGE);
  const packageName = `${NOUNS[(packageIndex * 37) % NOUNS.length]}-${NOUNS[(packageIndex * 53 + 11) % NOUNS.length]}`;
  const path = uniquePath(`packages/${packageName}/src`, featuresOf(packageIndex), taken, random);
  const importCount = Math.min(modules.length, random.integer(0, 7));
  const imports = new Set<PlannedFile>();
  for (let index = 0; index < importCount; index++) {
    // Mostly neighbours, sometimes anything: packages depend on packages.
    const near = Math.max(0, modules.length - MODULES_PER_PACKAGE);
    imports.add(modules[random.integer(random.chance(0.8) ? near : 0, modules.length - 1)]!);
  }
  const className = pascalCase(path.slice(path.lastIndexOf('/') + 1, -'.ts'.length));
  const distinct = new Set<string>([className]);
  return {
    path,
    className,
    subject: undefined,
    imports: [...imports].filter((file) => !distinct.has(file.className) && distinct.add(file.className)),
    targetBytes: targetSize(random),
  };
}

function planTest(subject: PlannedFile, random: Random): PlannedFile {
  const path = subject.path.replace('/src/', '/test/').replace(/\.ts$/, '.test.ts');
  return { path, className: subject.className, subject, imports: [subject], targetBytes: targetSize(random) };
}

/** The features of a package, which its layers share as folders: about five files come to lie in each. */
function featuresOf(packageIndex: number): string[] {
  return Array.from({ length: FEATURES_PER_PACKAGE }, (_, i) => NOUNS[(packageIndex * 29 + i * 17) % NOUNS.length]!);
}

function uniquePath(root: string, features: readonly string[], taken: Set<string>, random: Random): string {
  for (;;) {
    const folders = [random.pick(LAYERS), ...(random.chance(0.7) ? [random.pick(features)] : [])];
    const name = [random.pick(NOUNS), ...(random.chance(0.5) ? [random.pick(NOUNS)] : []), random.pick(ROLES)].join(
      '-',
    );
    const path = `${root}/${folders.join('/')}/${name}.ts`;
    if (taken.has(path)) continue;
    taken.add(path);
    return path;
  }
}

function targetSize(random: Random): number {
  const bytes = MEDIAN_BYTES * 2 ** (SIZE_SIGMA * Math.LOG2E * random.normal());
  return Math.round(Math.min(LARGEST_BYTES, Math.max(SMALLEST_BYTES, bytes)));
}

/** `cold-chain` -> `ColdChain`. */
export function pascalCase(words: string): string {
  return words.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
