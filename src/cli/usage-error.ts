import type { CommanderError } from 'commander';
import { nearestName } from '../config/nearest-name.js';
import { errors, type MindIndexError } from '../shared/errors.js';

/** True where commander ended because it printed help or the version. */
export function isDone(error: CommanderError): boolean {
  return error.exitCode === 0 || error.code === 'commander.help';
}

/** A complaint of commander in our words: quotes become backticks, its guess becomes the hint. */
export function toUsageError(
  error: CommanderError,
  commandNames: readonly string[],
  words: readonly string[],
): MindIndexError {
  const [sentence = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const guess = /Did you mean (?:one of )?([^?]+)\?/.exec(rest.join(' '))?.[1];
  const message = sentence
    .replace(/'([^']*)'/g, '`$1`')
    .replace('. Expected', ': expected')
    .replace(/\.$/, '');
  if (guess) return errors.usage(message, `did you mean \`${guess.trim()}\`?`);
  const meant = error.code === 'commander.excessArguments' ? meantCommand(words, commandNames) : undefined;
  return errors.usage(message, meant ?? '`mind-index --help` shows what each command takes');
}

/** A hint for a word that looks like a misspelt command but was taken for a path. */
export function meantCommand(words: readonly string[], commandNames: readonly string[]): string | undefined {
  const word = words.find((each) => !each.startsWith('-'));
  if (word === undefined || commandNames.includes(word) || !/^[a-z]+$/i.test(word)) return undefined;
  const near = nearestName(word, commandNames);
  return near === undefined ? undefined : `did you mean \`mind-index ${near}\`?`;
}
