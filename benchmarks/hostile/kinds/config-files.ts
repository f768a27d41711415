import { loadConfig } from '../../../src/config/config.js';
import type { Random } from '../../../src/bench/corpus/random.js';
import { readEnvironment } from '../../../src/config/environment.js';
import { MindIndexError } from '../../../src/shared/errors.js';
import type { HostileInput, HostileKind, Judge, Verdict } from '../kind.js';
import { mutated } from '../mutation.js';

const YAML = `exclude: ['testdata/**']\nmaxMemory: 1gb\nlimit: 5\nchunk:\n  maxLines: 80\n  minLines: 3\nscaling: {threadsPerCore: 2}\n`;
const JSON_TEXT = JSON.stringify({ exclude: ['testdata/**'], maxMemory: '1gb', chunk: { maxLines: 80 }, workers: 2 });

/** Config files of a tree: damaged, expanding, nested, and with keys that mean something to JavaScript. */
export const configFiles: HostileKind = {
  name: 'config-files',
  share: 8,
  generate,
  open: async (): Promise<Judge> => ({
    judge: async (_, folder): Promise<Verdict> => {
      try {
        const config = await loadConfig({ path: folder, environment: readEnvironment({ HOME: folder }, 'linux') });
        if (!config.indexDir.startsWith(folder)) throw new Error(`the index is led to ${config.indexDir}`);
        if (({} as Record<string, unknown>)['polluted'] !== undefined) throw new Error('a prototype was changed');
        return { outcome: 'read' };
      } catch (error) {
        if (error instanceof MindIndexError && error.message.length < 2_000)
          return { outcome: 'refused', detail: error.code };
        throw error;
      }
    },
  }),
};

function generate(random: Random): HostileInput {
  const [name, text] = random.pick(FORMS)(random);
  const bytes = Buffer.from(text);
  const { bytes: damaged, how } = random.chance(0.5)
    ? mutated(bytes, random, Buffer.from(YAML))
    : { bytes, how: 'whole' };
  return { files: new Map([[name, damaged]]), how: `${name} ${how}` };
}

const yaml = (text: string): [string, string] => ['mind-index.config.yaml', text];
const json = (text: string): [string, string] => ['mind-index.config.json', text];

const FORMS: readonly ((random: Random) => [name: string, text: string])[] = [
  () => yaml(YAML),
  () => json(JSON_TEXT),
  () => ['package.json', `{"name":"shop","mind-index":${JSON_TEXT}}`],
  (random) => yaml(laughs(random.pick([3, 9, 30]), random.pick([2, 9, 50]))),
  (random) => yaml('a: &a [*a]\n'.repeat(random.integer(1, 3))),
  (random) => yaml('['.repeat(random.pick([100, 5_000, 100_000]))),
  (random) => yaml('{a: '.repeat(random.pick([100, 5_000, 50_000]))),
  (random) => yaml('- '.repeat(random.pick([100, 5_000, 50_000]))),
  (random) =>
    json('{"a":'.repeat(random.pick([10, 5_000, 100_000])) + '1' + '}'.repeat(random.pick([10, 5_000, 100_000]))),
  (random) => json(nestedObject(random.pick([1, 10, 8_000]))),
  () => json('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
  () => yaml('__proto__: {polluted: 1}\nchunk: {__proto__: {maxLines: 3, polluted: 1}}\n"__proto__.polluted": 2\n'),
  () => yaml('? {a: 1}\n: 2\n!!set {a, b}\n'),
  () => yaml('limit: !!js/function "process.exit()"\n<<: *x\n'),
  (random) =>
    yaml(`indexDir: ${random.pick(['/etc', '../..', '..', '.', '~/x', '/', 'a/../../b', '"a\\0b"', '""'])}\n`),
  (random) =>
    json(JSON.stringify({ include: Array.from({ length: 3_000 }, () => '{a,b}'.repeat(random.integer(1, 4))) })),
  (random) =>
    json(`{"limit": ${random.pick(['1e999', '-0', '9'.repeat(400), '"\\u0000"', 'null', '[[[]]]', '0.1e-400'])}}`),
  (random) => json(JSON.stringify({ ['x'.repeat(random.pick([10, 100_000]))]: 1 })),
];

/** Aliases of lists of aliases: small in the file, huge when taken at their word. */
function laughs(levels: number, width: number): string {
  const lines = ['a0: &a0 ["lol"]'];
  for (let level = 1; level <= levels; level++) {
    lines.push(`a${level}: &a${level} [${Array.from({ length: width }, () => `*a${level - 1}`).join(', ')}]`);
  }
  return lines.join('\n');
}

function nestedObject(depth: number): string {
  return `${'{"chunk":'.repeat(depth)}1${'}'.repeat(depth)}`;
}
