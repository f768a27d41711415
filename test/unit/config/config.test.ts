import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig, SETTING_KEYS, settingOf, variableOf, type ConfigRequest } from '../../../src/config/config.js';
import { readEnvironment } from '../../../src/config/environment.js';
import { CONTENT_KEYS, contentFingerprint } from '../../../src/config/fingerprint.js';
import { findIndexedRoot } from '../../../src/config/root-folder.js';
import { MindIndexError } from '../../../src/shared/errors.js';

let shop: string;

beforeEach(() => {
  shop = realpathSync(mkdtempSync(join(tmpdir(), 'fruit-shop-')));
});

afterEach(() => rmSync(shop, { recursive: true, force: true }));

function load(request: Partial<ConfigRequest> & { variables?: Record<string, string> } = {}) {
  const { variables = {}, ...rest } = request;
  const environment = readEnvironment({ HOME: '/home/grocer', ...variables }, 'linux');
  return loadConfig({ path: '.', cwd: shop, environment, ...rest });
}

async function failure(request: Parameters<typeof load>[0]): Promise<MindIndexError> {
  return load(request).then(
    () => expect.unreachable('the config was accepted'),
    (error: MindIndexError) => error,
  );
}

function writeShop(name: string, content: unknown): void {
  writeFileSync(join(shop, name), typeof content === 'string' ? content : JSON.stringify(content));
}

describe('merging', () => {
  test('without any source every value is its default, with the paths made absolute', async () => {
    const config = await load();
    for (const key of SETTING_KEYS.filter((each) => !['indexDir', 'cacheDir'].includes(each))) {
      expect(config.values[key]).toEqual(settingOf(key).default);
      expect(config.sources[key]).toEqual({ kind: 'default' });
    }
    expect(config.indexDir).toBe(join(shop, '.mind-index'));
    expect(config.cacheDir).toBe('/home/grocer/.cache/mind-index');
    expect(config.chunk.maxLines).toBe(60);
    expect(config.scaling.pollIntervalMs).toBe(250);
  });

  test('a flag wins over a variable, a variable over the file, the file over the default', async () => {
    writeShop('mind-index.config.json', { workers: 3, limit: 7, hitsPerFile: 2 });
    const config = await load({
      variables: { MIND_INDEX_WORKERS: '5', MIND_INDEX_LIMIT: '8' },
      flags: { workers: '9' },
    });
    expect([config.workers, config.limit, config.hitsPerFile, config.inlineMaxFiles]).toEqual([9, 8, 2, 50]);
    expect(config.sources.workers).toEqual({ kind: 'flag', name: '--workers' });
    expect(config.sources.limit).toEqual({ kind: 'variable', name: 'MIND_INDEX_LIMIT' });
    expect(config.sources.hitsPerFile).toEqual({ kind: 'file', path: join(shop, 'mind-index.config.json') });
    expect(config.sources.inlineMaxFiles).toEqual({ kind: 'default' });
  });

  test.each([
    ['mind-index.config.json', '{ "chunk": { "maxLines": 33 } }'],
    ['mind-index.config.yaml', 'chunk:\n  maxLines: 33\n'],
    ['mind-index.config.yml', 'chunk.maxLines: 33\n'],
    ['package.json', '{ "name": "shop", "mind-index": { "chunk": { "maxLines": 33 } } }'],
  ])('%s sets members of a group', async (name, text) => {
    writeShop(name, text);
    expect((await load()).chunk.maxLines).toBe(33);
  });

  test('a package.json without our key, or broken, is none of our business', async () => {
    writeShop('package.json', '{ broken');
    expect((await load()).configFile).toBeUndefined();
    writeShop('package.json', { name: 'shop' });
    expect((await load()).configFile).toBeUndefined();
  });

  test('a relative path means the folder of the file, or the folder where a flag or variable was typed', async () => {
    mkdirSync(join(shop, 'stall'));
    writeShop('mind-index.config.json', { indexDir: 'cellar' });
    const inStall = { path: '..', cwd: join(shop, 'stall') };
    expect((await load(inStall)).indexDir).toBe(join(shop, 'cellar'));
    expect((await load({ ...inStall, flags: { indexDir: 'cellar' } })).indexDir).toBe(join(shop, 'stall', 'cellar'));
  });

  test('a config file that is no good is named without what is in it', async () => {
    const complaint = async (name: string, content: string) => {
      writeShop(name, content);
      const error = await load().catch((thrown: unknown) => thrown as MindIndexError);
      rmSync(join(shop, name));
      return error instanceof MindIndexError ? `${error.code}: ${error.message}` : 'read';
    };
    const json = 'mind-index.config.json';
    expect(await complaint(json, '{"limit": hunter2}')).toMatch(/^config-file-invalid: (?!.*hunter2)/);
    expect(await complaint(json, 'hunter2')).toMatch(/^config-file-invalid: (?!.*hunter2)/);
    expect(await complaint(json, `{"x": "${'y'.repeat(100_000)}"}`)).toMatch(/longer than 65536 bytes/);
    expect(await complaint(json, '{"__proto__": {"limit": 3}}')).toMatch(/^setting-unknown: `__proto__.limit`/);
    expect(await complaint(json, `{"${'z'.repeat(5_000)}": 1}`)).toMatch(/^setting-unknown: `z{200}…`/);
    expect(await complaint(json, `{"limit": "${'z'.repeat(5_000)}"}`)).toMatch(/must not be `z{200}…`/);
    const bomb = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]`).join('\n');
    expect(await complaint('mind-index.config.yaml', `a0: &a0 [x]\n${bomb}`)).toMatch(/^config-file-invalid: .*alias/i);
    const mistakes = `limit: 3\n{a:${'\r'.repeat(60_000)}${' {a:'.repeat(50)}`;
    expect(await complaint('mind-index.config.yaml', mistakes)).toMatch(
      /^config-file-invalid: .* at line 2, column \d+$/,
    );
    symlinkSync('/etc/hostname', join(shop, json));
    expect(await load().catch(({ message }: Error) => message)).toMatch(/it is a link that leads out of the tree/);
  });

  test('a path in the tree’s own config file stays in the tree', async () => {
    for (const indexDir of ['..', '.', '../stall', '/tmp', 'a/../../b']) {
      writeShop('mind-index.config.json', { indexDir });
      await expect(load(), indexDir).rejects.toMatchObject({ code: 'index-dir-outside' });
      expect((await load({ configFile: join(shop, 'mind-index.config.json') })).indexDir).toBe(resolve(shop, indexDir));
    }
  });

  test('an empty variable counts as not set', async () => {
    expect((await load({ variables: { MIND_INDEX_WORKERS: '' } })).workers).toBe('auto');
  });

  test('the config is frozen to its last member', async () => {
    const config = await load();
    expect(() => Object.assign(config.chunk, { maxLines: 1 })).toThrow(TypeError);
    expect(() => Object.assign(config.sources.workers, { kind: 'flag' })).toThrow(TypeError);
  });

  test('a config file named by hand replaces the one in the folder', async () => {
    writeShop('mind-index.config.json', { limit: 3 });
    writeShop('market.yaml', 'limit: 4');
    const config = await load({ configFile: 'market.yaml' });
    expect([config.limit, config.configFile]).toEqual([4, join(shop, 'market.yaml')]);
  });
});

describe('what is wrong is said with its source, its value and what is allowed', () => {
  test('a bad value in a flag', async () => {
    const { message, hint, exitCode } = await failure({ flags: { workers: 'many' } });
    expect(message).toBe('`workers` (flag `--workers`) must not be `many` (string)');
    expect(hint).toBe('allowed: `auto` or a whole number from 1 to 256');
    expect(exitCode).toBe(2);
  });

  test('a bad value in a variable', async () => {
    const { message } = await failure({ variables: { MIND_INDEX_MAX_MEMORY: '64mb' } });
    expect(message).toBe('`maxMemory` (variable `MIND_INDEX_MAX_MEMORY`) must not be `64mb` (string)');
  });

  test('a bad value in a file', async () => {
    writeShop('mind-index.config.json', { chunk: { maxLines: null } });
    const { message } = await failure({});
    expect(message).toBe(
      `\`chunk.maxLines\` (file \`${join(shop, 'mind-index.config.json')}\`) must not be \`null\` (null)`,
    );
  });

  test('an unknown key, with the nearest known one', async () => {
    writeShop('mind-index.config.json', { wrokers: 2 });
    const inFile = await failure({});
    expect(inFile.message).toBe(`\`wrokers\` (file \`${join(shop, 'mind-index.config.json')}\`) is not a setting`);
    expect(inFile.hint).toContain('did you mean `workers`?');
    expect(inFile.exitCode).toBe(2);
    writeShop('mind-index.config.json', {});
    const inVariable = await failure({ variables: { MIND_INDEX_CHUNK_MAXLINES: '2' } });
    expect(inVariable.hint).toContain('did you mean `MIND_INDEX_CHUNK_MAX_LINES`?');
  });

  test('keys of the prototype are as unknown as others', async () => {
    writeShop('mind-index.config.json', '{ "constructor": 1 }');
    expect((await failure({})).code).toBe('setting-unknown');
  });

  test('two config files', async () => {
    writeShop('mind-index.config.json', {});
    writeShop('mind-index.config.yml', '');
    expect((await failure({})).code).toBe('config-files-ambiguous');
  });

  test.each([
    ['mind-index.config.json', '{ "workers": '],
    ['mind-index.config.yaml', 'workers: [1'],
    ['mind-index.config.json', '[1]'],
  ])('a %s that holds %s', async (name, text) => {
    writeShop(name, text);
    const error = await failure({});
    expect([error.code, error.exitCode]).toEqual(['config-file-invalid', 2]);
    expect(error.message).toContain(join(shop, name));
  });

  test('a config file that is not there', async () => {
    expect((await failure({ configFile: 'nowhere.json' })).code).toBe('config-file-unreadable');
  });

  test('a file in the tree must not say where code is loaded from', async () => {
    writeShop('mind-index.config.json', { cacheDir: '/tmp/poisoned' });
    const { code, hint } = await failure({});
    expect(code).toBe('setting-not-from-file');
    expect(hint).toContain('MIND_INDEX_CACHE_DIR');
  });
});

describe('the root', () => {
  test('is the real path of what was named', async () => {
    mkdirSync(join(shop, 'stall'));
    symlinkSync(join(shop, 'stall'), join(shop, 'link'));
    expect((await load({ path: 'link' })).root).toBe(join(shop, 'stall'));
  });

  test.each([
    ['a path that does not exist', 'nowhere', 'path-missing'],
    ['a path through a file', 'apple.txt/core', 'path-missing'],
    ['a file', 'apple.txt', 'path-not-directory'],
    ['an empty path', '', 'path-missing'],
    ['a circle of links', 'circle', 'path-unusable'],
  ])('%s is refused', async (_title, path, code) => {
    writeShop('apple.txt', 'apple');
    symlinkSync('circle', join(shop, 'circle'));
    expect((await failure({ path })).code).toBe(code);
  });

  test('of an index is the nearest folder above that holds one, else the nearest that holds a config file', () => {
    const deep = join(shop, 'stall', 'crate');
    mkdirSync(deep, { recursive: true });
    expect(findIndexedRoot(deep)).toBe(deep);
    writeFileSync(join(shop, 'stall', 'mind-index.config.json'), '{}');
    expect(findIndexedRoot(deep)).toBe(join(shop, 'stall'));
    mkdirSync(join(shop, '.mind-index'));
    expect(findIndexedRoot(deep)).toBe(shop);
  });
});

describe('the fingerprint', () => {
  test('changes with every setting that affects content, and with no other', async () => {
    const { values, fingerprint } = await load();
    for (const key of SETTING_KEYS) {
      const changed = contentFingerprint({ ...values, [key]: 'something else' });
      expect([key, changed !== fingerprint]).toEqual([key, settingOf(key).affectsContent]);
    }
  });

  test('changes with the content version', async () => {
    const { values, fingerprint } = await load();
    expect(contentFingerprint(values, 999)).not.toBe(fingerprint);
  });

  test('is the same wherever a value came from', async () => {
    const typed = await load({ flags: { embedder: 'none' } });
    const set = await load({ variables: { MIND_INDEX_EMBEDDER: 'none' } });
    expect(typed.fingerprint).toBe(set.fingerprint);
    expect(typed.fingerprint).not.toBe((await load()).fingerprint);
  });

  test('covers what decides about chunks, vectors and stored text', () => {
    expect(CONTENT_KEYS).toEqual([
      'chunk.maxChars',
      'chunk.maxLines',
      'chunk.maxParseBytes',
      'chunk.minLines',
      'chunk.parseDeadlineMs',
      'embedder',
      'storeText',
    ]);
  });
});

test('every setting has a variable of its own', () => {
  expect(variableOf('chunk.maxLines')).toBe('MIND_INDEX_CHUNK_MAX_LINES');
  expect(new Set(SETTING_KEYS.map(variableOf)).size).toBe(SETTING_KEYS.length);
});
