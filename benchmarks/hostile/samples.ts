import { readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LANGUAGES } from '../../src/shared/languages.js';

const FOLDER = fileURLToPath(new URL('../../fixtures/languages', import.meta.url));

/** One file of each language in the fixtures. */
export const SAMPLES: readonly { readonly name: string; readonly extension: string; readonly bytes: Buffer }[] =
  readdirSync(FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => ({
      name: entry.name,
      extension: extname(entry.name),
      bytes: readFileSync(join(entry.parentPath, entry.name)),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

/** Every extension that a language is known by, and some that none is. */
export const EXTENSIONS: readonly string[] = [...LANGUAGES.flatMap(({ extensions }) => extensions), '.unknown', ''];
