import { nearestName } from '../config/nearest-name.js';
import { errors } from '../shared/errors.js';

/** The allowed word that was typed for a flag. Any other is a wrong use, which names the nearest and all that are allowed. */
export function chosenWord<Word extends string>(flag: string, typed: string, allowed: readonly Word[]): Word {
  const word = allowed.find((each) => each === typed.toLowerCase());
  if (word !== undefined) return word;
  const near = nearestName(typed, allowed);
  const list = `allowed: ${allowed.map((each) => `\`${each}\``).join(', ')}`;
  throw errors.usage(`\`${flag}\` does not take \`${typed}\``, near ? `did you mean \`${near}\`? ${list}` : list);
}
