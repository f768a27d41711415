import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { languageOf, type Language } from '../../../src/shared/languages.js';

/** One source file of the fruit shop. */
export interface LanguageFixture {
  readonly language: Language;
  readonly path: string;
  readonly text: string;
}

const ROOT = fileURLToPath(new URL('../../../fixtures/languages/', import.meta.url));

/** The fruit shop in every language, in order of the language's id. */
export const LANGUAGE_FIXTURES: readonly LanguageFixture[] = readdirSync(ROOT)
  .sort()
  .flatMap((id) => readdirSync(`${ROOT}${id}`).map((file) => `${id}/${file}`))
  .map((path) => ({ language: languageOf(path)!, path, text: readFileSync(`${ROOT}${path}`, 'utf8') }));
