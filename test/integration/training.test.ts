import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { extract, pairFile } from '../../build/training/extract.js';
import { GitRepository } from '../../build/training/git-repository.js';
import { licenceOf, licenceProblem } from '../../build/training/licence.js';
import { readPairs } from '../../build/training/pair-set.js';
import { readRepositoryList, type TrainingRepository } from '../../build/training/repository-list.js';
import { trainTable } from '../../build/training/training-run.js';
import { DEFAULT_SETTINGS } from '../../build/training/training-settings.js';

const SETTINGS = { ...DEFAULT_SETTINGS, epochs: 2, batchSize: 8, groupSize: 4 };
const MIT = 'MIT License\n\nPermission is hereby granted, free of charge, to any person\nobtaining a copy';
const FRUIT = ['apple', 'cherry', 'mango', 'melon', 'papaya', 'pear', 'plum', 'quince'];

const SILENT = () => undefined;

let mirrors: string;
let repositories: readonly TrainingRepository[];

beforeAll(() => {
  mirrors = mkdtempSync(join(tmpdir(), 'training-'));
  repositories = ['ann', 'ben', 'eve', 'sam'].map((owner) => shop(owner));
});
afterAll(() => rmSync(mirrors, { recursive: true, force: true }));

/** A clone with a Python file for each fruit, written in two commits. */
function shop(owner: string): TrainingRepository {
  const name = `${owner}/shop`;
  const tree = join(mirrors, `${owner}-tree`);
  mkdirSync(join(tree, 'stock'), { recursive: true });
  const git = (...args: string[]) => {
    const identity = ['-c', 'user.name=Shop', '-c', 'user.email=shop@example.invalid'];
    const { status, stderr } = spawnSync('git', ['-C', tree, ...identity, ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  };
  git('init', '--quiet', '--initial-branch=main');
  writeFileSync(join(tree, 'LICENSE'), MIT);
  FRUIT.forEach((fruit, i) => writeFileSync(join(tree, 'stock', `${fruit}_shelf.py`), source(owner, fruit, i)));
  git('add', '.');
  git('commit', '--quiet', '-m', 'Open the shop of every fruit');
  writeFileSync(join(tree, 'stock', 'apple_shelf.py'), source(owner, 'apple', 99));
  git('commit', '--quiet', '--all', '-m', 'Count the apples that were ordered twice (#7)');
  git('clone', '--quiet', '--bare', '.', join(mirrors, `${owner}+shop.git`));
  const commit = GitRepository.find(mirrors, name)!.head();
  return { name, commit, licence: 'MIT', licenceFile: 'LICENSE', heldOut: owner === 'sam' };
}

function source(owner: string, fruit: string, shelf: number): string {
  return `"""Keeps the ${fruit} of ${owner} fresh on the shelf near the window."""

SHELF_NUMBER = ${shelf}


def order_${fruit}(crate, supplier):
    """Asks the supplier of ${fruit} to deliver another crate before noon."""
    message = supplier.compose(crate, urgent=True, shelf=SHELF_NUMBER)
    supplier.send(message)
    return crate.expected_weight(message)


# Throws away every ${fruit} that is no longer good to eat.
def discard_old_${fruit}(basket, today):
    kept = [piece for piece in basket if piece.ripe_until > today]
    basket.replace(kept)
    return len(kept)


def describe_${fruit}(basket, language):
    label = language.word_for('${fruit}')
    lines = [label.capitalize()]
    for piece in basket:
        if piece.origin is None:
            lines.append(language.sentence('from somewhere'))
        else:
            lines.append(language.sentence('from', piece.origin))
        if piece.price > basket.average_price():
            lines.append(language.sentence('for guests'))
    lines.append(language.sentence('ask at the counter'))
    lines.append(language.sentence('open until six'))
    return lines
`;
}

function files(pairsDir: string) {
  const of = (isHeldOut: boolean) =>
    repositories.filter(({ heldOut }) => heldOut === isHeldOut).map((each) => pairFile(pairsDir, each));
  return { training: of(false), heldOut: of(true) };
}

describe('training', () => {
  it('makes pairs of comments, names, files and commits', async () => {
    const pairsDir = join(mirrors, 'pairs');
    await extract({ repositories, mirrors, pairsDir, first: 0, step: 1 }, SILENT);
    const { terms, kinds, starts, ids } = readPairs(pairFile(pairsDir, repositories[0]!));
    const said = Array.from(kinds, (kind, pair) => {
      const query = ids.subarray(starts[2 * pair], starts[2 * pair + 1]);
      return `${kind}: ${Array.from(query, (id) => terms[id]).join(' ')}`;
    });
    expect(said).toContain('0: ask sup appl deliv anoth crat befor noon');
    expect(said).toContain('1: orderappl order appl');
    expect(said).toContain('2: keep appl ann fresh shelf near window');

    expect(new Set(kinds)).toEqual(new Set([0, 1, 2, 3]));
    expect(said).toContain('3: count appl order twic');
  });

  it('gives the same bytes from the same clones', async () => {
    const digests: string[] = [];
    for (const run of ['once', 'again']) {
      const pairsDir = join(mirrors, run);
      for (const first of [0, 1]) await extract({ repositories, mirrors, pairsDir, first, step: 2 }, SILENT);
      const { model, trained } = await trainTable(files(pairsDir), SETTINGS, SILENT);
      expect(trained.recallAt10).toBeGreaterThan(0);
      digests.push(model.toString('base64'));
    }
    expect(digests[0]).toBe(digests[1]);
  }, 60_000);

  it('learns what stands together', async () => {
    const pairsDir = join(mirrors, 'learning');
    await extract({ repositories, mirrors, pairsDir, first: 0, step: 1 }, SILENT);
    const { untrained, trained, quantised } = await trainTable(files(pairsDir), { ...SETTINGS, epochs: 8 }, SILENT);
    expect(trained.mrr).toBeGreaterThan(untrained.mrr);
    expect(Math.abs(quantised.mrr - trained.mrr)).toBeLessThan(0.05);
  });
});

describe('the repositories of training', () => {
  it('are refused when their licence is not what the list says', async () => {
    const [first] = repositories;
    const order = { mirrors, pairsDir: join(mirrors, 'refused'), first: 0, step: 1 };
    const refusal = extract({ ...order, repositories: [{ ...first!, licence: 'ISC' }] }, SILENT);
    await expect(refusal).rejects.toThrow(/ann\/shop cannot be used: the text is of MIT, the list says ISC/);
  });

  it('are told by the text of their licence', () => {
    expect(licenceOf(MIT)).toBe('MIT');
    expect(licenceProblem(MIT, 'MIT')).toBeUndefined();
    expect(licenceProblem('GNU GENERAL PUBLIC LICENSE Version 3', 'MIT')).toMatch(/GPL/);
    expect(licenceProblem('All rights reserved', 'MIT')).toMatch(/no known licence/);
  });

  it('are none that search is judged by', () => {
    const [list, collection] = ['list.json', 'repos.json'].map((file) => join(mirrors, file));
    writeFileSync(list!, JSON.stringify(repositories));
    writeFileSync(collection!, JSON.stringify([{ repo: 'Ann/Shop' }]));
    expect(readRepositoryList(list!, [])).toHaveLength(4);
    expect(() => readRepositoryList(list!, [collection!])).toThrow(/ann\/shop belongs to a collection/);
  });
});
