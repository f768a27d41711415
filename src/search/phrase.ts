import { scanTokens } from '../chunking/terms.js';

/** Words in a row below this happen by chance. */
const MIN_RUN = 3;

/** The words of a text in order, in lower case. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  scanTokens(text, 0, text.length, (start, end) => words.push(text.slice(start, end).toLowerCase()));
  return words;
}

/**
 * The share of a message that stands word by word in a text: its longest run of words there over its length, 0 where that is
 * below three words. The parts that vary (names, numbers, paths) break a run, hence a share and not a yes.
 * Longest common substring by dynamic programming: words of the message times words of the text.
 */
export function phraseShare(message: readonly string[], text: readonly string[]): number {
  let longest = 0;
  let previous = new Uint32Array(message.length + 1);
  let current = new Uint32Array(message.length + 1);
  for (const word of text) {
    for (let i = 0; i < message.length; i++) {
      current[i + 1] = message[i] === word ? previous[i]! + 1 : 0;
      if (current[i + 1]! > longest) longest = current[i + 1]!;
    }
    [previous, current] = [current, previous];
  }
  return longest < MIN_RUN ? 0 : longest / message.length;
}
