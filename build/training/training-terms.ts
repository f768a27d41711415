import { readPairs } from './pair-set.js';

/** A term that fewer repositories have in pairs is a name of theirs, not a word. */
const MIN_REPOSITORIES = 3;
/** Words, abbreviations and small numbers; what is longer or not ASCII gets no row. */
const TERM = /^(?=.*[a-z])[a-z0-9_]{1,24}$|^[0-9]{1,4}$/;

/** The terms that get a row, sorted, and in how many sides of pairs each occurs. */
export interface ChosenTerms {
  readonly terms: readonly string[];
  readonly frequencies: Uint32Array;
  /** Sides of pairs over all repositories. */
  readonly sides: number;
}

/** Chooses the terms that most repositories have, and among equals those in most pairs. */
export function chooseTerms(pairFiles: readonly string[], limit: number): ChosenTerms {
  const spread = new Map<string, { repositories: number; sides: number }>();
  let sides = 0;
  for (const path of pairFiles) {
    const { terms, ids, starts } = readPairs(path);
    const counts = new Uint32Array(terms.length);
    for (const id of ids) counts[id]!++;
    sides += starts.length - 1;
    counts.forEach((count, id) => {
      if (count === 0 || !TERM.test(terms[id]!)) return;
      const known = spread.get(terms[id]!) ?? { repositories: 0, sides: 0 };
      spread.set(terms[id]!, { repositories: known.repositories + 1, sides: known.sides + count });
    });
  }
  const chosen = [...spread]
    .filter(([, of]) => of.repositories >= MIN_REPOSITORIES)
    .sort(([a, x], [b, y]) => y.repositories - x.repositories || y.sides - x.sides || (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([term]) => term)
    .sort((a, b) => (a < b ? -1 : 1));
  return { terms: chosen, frequencies: Uint32Array.from(chosen, (term) => spread.get(term)!.sides), sides };
}
