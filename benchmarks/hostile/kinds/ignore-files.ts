import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Random } from '../../../src/bench/corpus/random.js';
import { discover } from '../../../src/discovery/walk.js';
import type { HostileInput, HostileKind, Judge, Verdict } from '../kind.js';
import { mutated } from '../mutation.js';

const NAMES = ['a', 'ab', 'b', 'node_modules', 'x.log', '🍎', 'ä', 'a b', '[a]', 'a\\b', '-a', 'A'.repeat(200), '...'];
const PARTS = [
  ...[
    '*',
    '**',
    '?',
    'a',
    '[ab]',
    '[!a-z]',
    '[[:alpha:]]',
    '\\',
    '/',
    '!',
    '#',
    ' ',
    '[',
    ']',
    '[]',
    '[^]',
    '{',
    '}',
    '(',
    ')',
  ],
  ...[
    'a*',
    '*a*',
    '**/',
    '/**/',
    '/**',
    '+',
    '.',
    '$',
    '^',
    '|',
    '\\*',
    '[a-',
    '[z-a]',
    '[\\]]',
    '\xff',
    'é',
    '\t',
    '***',
    '.*',
  ],
];

/** Ignore files of a tree and of its repository: patterns that invite endless matching, nonsense, and sheer length. */
export const ignoreFiles: HostileKind = {
  name: 'ignore-files',
  share: 8,
  generate,
  open: async (): Promise<Judge> => ({
    judge: async ({ files }, root): Promise<Verdict> => {
      const gitConfigHome = { home: join(root, 'home'), variables: { PATH: process.env['PATH'] ?? '' } };
      if (files.has('repository')) execFileSync('git', ['init', '-q', root]);
      const options = {
        root,
        include: [],
        exclude: [],
        maxFileBytes: 2 ** 20,
        indexDir: join(root, 'index'),
        gitConfigHome,
      };
      const found = await discover(options);
      const outside = found.candidates.filter(({ path }) => path.split('/').includes('..') || path.startsWith('/'));
      if (outside.length > 0) throw new Error(`led out of the tree: ${outside[0]!.path}`);
      return { outcome: 'read' };
    },
  }),
};

function generate(random: Random): HostileInput {
  const files = new Map<string, Uint8Array>();
  const depth = random.pick([1, 3, 12, 60]);
  const deep = Array.from({ length: depth }, () => random.pick(['a', 'b', 'ab'])).join('/');
  for (let count = random.integer(1, 12); count > 0; count--)
    files.set(`${deep}/${count}${random.pick(NAMES)}`, Buffer.from('x'));
  for (const name of ['.gitignore', '.mindindexignore', `${deep}/.gitignore`]) {
    if (random.chance(0.7)) files.set(name, rules(random));
  }
  if (random.chance(0.3)) files.set('repository', Buffer.from(''));
  return { files, how: `${files.size} files, depth ${depth}` };
}

function rules(random: Random): Buffer {
  const lines = Array.from({ length: random.pick([1, 5, 40, 400]) }, () =>
    Array.from({ length: random.pick([1, 3, 8, 30, 200]) }, () => random.pick(PARTS)).join(''),
  );
  const bytes = Buffer.from(lines.join(random.pick(['\n', '\r\n', '\n\n'])), 'latin1');
  return random.chance(0.3) ? mutated(bytes, random, bytes).bytes : bytes;
}
