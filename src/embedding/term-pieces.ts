import type { SortedTerms } from './sorted-terms.js';

/** Shorter pieces say nothing of the word they stand in. */
const MIN_PIECE = 3;
/** Pieces that cover less than this share of a term are there by accident. */
const MIN_COVERED = 0.75;

/**
 * The terms of a table that stand for a term: itself where the table holds it, else the pieces that a greedy longest match
 * from left to right finds in it, as in the segmentation of M. Schuster and K. Nakajima, 2012; none where they cover too
 * little of it. Training and use ask this same function.
 */
export function piecesOf(table: SortedTerms, term: string): number[] {
  const whole = table.longestAt(term, 0);
  if (whole?.length === term.length) return [whole.term];
  const pieces: number[] = [];
  let covered = 0;
  for (let at = 0; at + MIN_PIECE <= term.length;) {
    const match = at === 0 ? whole : table.longestAt(term, at);
    if (match === undefined || match.length < MIN_PIECE) {
      at++;
      continue;
    }
    pieces.push(match.term);
    covered += match.length;
    at += match.length;
  }
  return covered >= term.length * MIN_COVERED ? pieces : [];
}
