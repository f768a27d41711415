import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Random } from '../../../src/bench/corpus/random.js';
import { discover } from '../../../src/discovery/walk.js';
import type { HostileInput, HostileKind, Judge, Verdict } from '../kind.js';
import { mutated } from '../mutation.js';

const CONFIG = Buffer.from(
  '[core]\n\tbare = false\n\trepositoryformatversion = 0\n[include]\n\tpath = other\n[user]\n\tname = "a\\"b"\n',
);
let index: Buffer | undefined;

/** The index and the configuration of a repository, damaged. */
export const gitIndexes: HostileKind = {
  name: 'git-indexes',
  share: 2,
  generate,
  open: async (folder): Promise<Judge> => {
    const template = join(folder, 'template');
    makeRepository(template);
    return {
      judge: async ({ files }, root): Promise<Verdict> => {
        cpSync(join(template, '.git'), join(root, '.git'), { recursive: true });
        writeFileSync(join(root, 'apple.ts'), 'apple');
        for (const [path, bytes] of files) writeFileSync(join(root, path), bytes);
        const gitConfigHome = { home: root, variables: { PATH: process.env['PATH'] ?? '' } };
        const options = {
          root,
          include: [],
          exclude: [],
          maxFileBytes: 2 ** 20,
          indexDir: join(root, 'i'),
          gitConfigHome,
        };
        const { candidates, warnings } = await discover(options);
        const outside = candidates.find(({ path }) => /(^|\/)(\.\.|\.git)(\/|$)|^\//.test(path));
        if (outside !== undefined) throw new Error(`led out of the tree: ${outside.path}`);
        return warnings.length > 0 ? { outcome: 'refused', detail: 'git' } : { outcome: 'read' };
      },
    };
  },
};

function generate(random: Random): HostileInput {
  index ??= realIndex();
  const files = new Map<string, Uint8Array>();
  if (random.chance(0.8)) files.set('.git/index', mutated(index, random, index).bytes);
  else files.set('.git/config', mutated(CONFIG, random, CONFIG).bytes);
  return { files, how: [...files.keys()].join(', ') };
}

function makeRepository(path: string): void {
  mkdirSync(path, { recursive: true });
  for (const name of ['apple.ts', 'b', 'c']) writeFileSync(join(path, name), name);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: path, stdio: 'ignore' });
  git('init', '-q');
  git('add', '.');
}

function realIndex(): Buffer {
  const path = mkdtempSync(join(tmpdir(), 'hostile-git-'));
  try {
    makeRepository(path);
    const bytes = readFileSync(join(path, '.git/index'));
    // Times and inodes of this machine would make other inputs of the same seed.
    for (let entry = 12; entry + 40 < bytes.length - 20 && entry < 12 + 3 * 72; entry += 72)
      bytes.fill(0, entry, entry + 24);
    return bytes;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
