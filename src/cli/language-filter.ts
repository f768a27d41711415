import { nearestName } from '../config/nearest-name.js';
import { errors } from '../shared/errors.js';
import { LANGUAGES, languageById, languageOf } from '../shared/languages.js';

/** The language id that each word means: an id, or a file ending such as `ts`. A word that means none is a wrong use. */
export function languageIds(words: readonly string[]): string[] {
  return words.map((word) => {
    const language = languageById(word) ?? languageOf(`file.${word.replace(/^\./, '')}`);
    if (language) return language.id;
    const near = nearestName(
      word,
      LANGUAGES.map(({ id }) => id),
    );
    throw errors.usage(
      `\`--lang\` knows no language \`${word}\``,
      near ? `did you mean \`${near}\`?` : 'name a language such as `typescript`, or a file ending such as `ts`',
    );
  });
}
