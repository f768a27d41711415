import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createChunker } from '../../src/chunking/chunker.js';
import { GrammarLibrary } from '../../src/chunking/grammar-library.js';
import {
  packedGrammarsDir,
  readManifest,
  type PackedFile,
  type PackedGrammar,
} from '../../src/chunking/grammar-manifest.js';
import { languageById } from '../../src/shared/languages.js';
import { LANGUAGE_FIXTURES } from '../unit/chunking/language-fixtures.js';
import { HAS_NATIVE_RUNTIME, preparedGrammars } from '../unit/chunking/prepared-grammars.js';
import { CHUNK_LIMITS } from '../unit/chunking/chunk-limits.js';

const limits = { ...CHUNK_LIMITS, maxLines: 14, minLines: 3, maxChars: 700 };
const folders: string[] = [];

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'fruit-shop-'));
  folders.push(path);
  return path;
}

beforeAll(async () => {
  await preparedGrammars();
});

afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
});

describe.skipIf(!HAS_NATIVE_RUNTIME)('native and WebAssembly grammars', () => {
  it('cut the fruit shop alike in every language that has both', async () => {
    const native = await preparedGrammars();
    const wasm = await preparedGrammars({ forceWasm: true });
    expect([...native.unavailable().keys()]).toEqual([]);
    expect([...wasm.unavailable().keys()]).toEqual(['swift']);
    for (const { language, path, text } of LANGUAGE_FIXTURES) {
      if (language.grammar !== undefined && wasm.parser(language.grammar) === undefined) continue;
      const expected = createChunker({ limits, grammars: native }).chunk(text, language);
      expect(createChunker({ limits, grammars: wasm }).chunk(text, language), path).toEqual(expected);
    }
  });
});

describe('the grammar cache', () => {
  it.skipIf(!HAS_NATIVE_RUNTIME)('keeps unpacked grammars and repairs a damaged one', async () => {
    const cacheDir = folder();
    await (await GrammarLibrary.open({ cacheDir })).prepare(['go']);
    const [file] = readdirSync(cacheDir);
    const intact = readFileSync(join(cacheDir, file!));
    rmSync(join(cacheDir, file!));
    writeFileSync(join(cacheDir, file!), intact.subarray(0, 1000));
    const library = await GrammarLibrary.open({ cacheDir });
    await library.prepare(['go']);
    expect(library.unavailable().size).toBe(0);
    expect(readFileSync(join(cacheDir, file!)).equals(intact)).toBe(true);
    expect(readdirSync(cacheDir)).toEqual([file]);
  });

  it.skipIf(!HAS_NATIVE_RUNTIME)('serves several at once', async () => {
    const cacheDir = folder();
    const libraries = await Promise.all(Array.from({ length: 8 }, () => GrammarLibrary.open({ cacheDir })));
    await Promise.all(libraries.map((library) => library.prepare(['go', 'json'])));
    expect(libraries.flatMap((library) => [...library.unavailable()])).toEqual([]);
    expect(readdirSync(cacheDir)).toHaveLength(2);
  });

  it('goes elsewhere when its directory cannot be made', async () => {
    const file = join(folder(), 'crate');
    writeFileSync(file, 'not a directory');
    chmodSync(file, 0o400);
    const library = await GrammarLibrary.open({ cacheDir: join(file, 'grammars') });
    await library.prepare(['go']);
    expect(library.parser('go')).toBeDefined();
  });
});

describe('a library without grammars', () => {
  it('says so, and files are split by lines', async () => {
    const library = await GrammarLibrary.open({ cacheDir: folder(), packageDir: folder() });
    await library.prepare(['go']);
    expect([...library.unavailable().keys()]).toEqual(['go']);
    const chunked = createChunker({ limits, grammars: library }).chunk('package shop\n', languageById('go'));
    expect(chunked).toMatchObject({ method: 'lines', fallback: 'no-grammar' });
  });

  it('reports a damaged grammar instead of loading it', async () => {
    const packageDir = folder();
    cpSync(packedGrammarsDir(), packageDir, { recursive: true });
    const { grammars } = readManifest(packageDir);
    const expectOther = (file: PackedFile): PackedFile => ({ ...file, sha256: '0'.repeat(64) });
    const { native, wasm, ...rest } = grammars['toml']!;
    const damaged: PackedGrammar = {
      ...rest,
      native: Object.fromEntries(Object.entries(native).map(([platform, file]) => [platform, expectOther(file)])),
      wasm: expectOther(wasm!),
    };
    writeFileSync(join(packageDir, 'manifest.json'), JSON.stringify({ grammars: { ...grammars, toml: damaged } }));
    const library = await GrammarLibrary.open({ cacheDir: folder(), packageDir });
    await library.prepare(['toml', 'json']);
    expect([...library.unavailable().keys()]).toEqual(['toml']);
    expect(library.parser('json')).toBeDefined();
  });
});
