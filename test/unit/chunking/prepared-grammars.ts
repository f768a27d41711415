import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packGrammars } from '../../../build/pack-grammars.js';
import { GrammarLibrary } from '../../../src/chunking/grammar-library.js';
import { packedGrammarsDir } from '../../../src/chunking/grammar-manifest.js';
import { LANGUAGES } from '../../../src/shared/languages.js';

/** Every grammar the language table names. */
export const ALL_GRAMMARS: readonly string[] = [...new Set(LANGUAGES.flatMap(({ grammar }) => grammar ?? []))];

/** Whether the native runtime, an optional dependency, is installed and loads; without it Swift alone has no parser. */
export const HAS_NATIVE_RUNTIME = loads('tree-sitter');

function loads(name: string): boolean {
  try {
    createRequire(import.meta.url)(name);
    return true;
  } catch {
    return false;
  }
}

/** Whether a language that has a grammar can be parsed here. */
export function isParsedHere(id: string): boolean {
  return HAS_NATIVE_RUNTIME || id !== 'swift';
}

/** A library with all grammars loaded, packed first where they are not up to date. */
export async function preparedGrammars(options: { forceWasm?: boolean } = {}): Promise<GrammarLibrary> {
  packGrammars([`${process.platform}-${process.arch}`], packedGrammarsDir());
  const cacheDir = mkdtempSync(join(tmpdir(), 'fruit-shop-grammars-'));
  const library = await GrammarLibrary.open({ cacheDir, ...options });
  await library.prepare(ALL_GRAMMARS);
  return library;
}
