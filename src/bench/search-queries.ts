import { Random } from './corpus/random.js';

/** Half-way between a symbol someone remembers and a phrase someone types. */
const SYMBOL_SHARE = 0.4;

/** Shortest identifiers worth asking for. */
const MIN_LETTERS = 4;

/**
 * Draws queries from texts: symbols as they are written, and phrases of two to four words from one line. Equal texts and
 * seeds give equal queries. Returns fewer than `count` where the texts hold too little.
 */
export function drawQueries(texts: readonly string[], count: number, seed: number): string[] {
  const random = new Random(seed);
  const queries = new Set<string>();
  for (let attempt = 0; attempt < count * 20 && queries.size < count && texts.length > 0; attempt++) {
    const lines = random.pick(texts).split('\n');
    const words =
      random
        .pick(lines)
        .match(/[A-Za-z_]\w+/g)
        ?.filter((word) => word.length >= MIN_LETTERS) ?? [];
    if (words.length === 0) continue;
    const query = random.chance(SYMBOL_SHARE) ? random.pick(words) : phrase(words, random);
    if (query !== '') queries.add(query);
  }
  return [...queries];
}

function phrase(words: readonly string[], random: Random): string {
  const parts = words
    .flatMap((word) => word.split(/_|(?<=[a-z])(?=[A-Z])/))
    .filter((part) => part.length >= MIN_LETTERS);
  const length = random.integer(2, 4);
  const from = random.integer(0, Math.max(0, parts.length - length));
  return parts
    .slice(from, from + length)
    .join(' ')
    .toLowerCase();
}
