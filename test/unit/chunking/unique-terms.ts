import { scanTokens, termsOf } from '../../../src/chunking/terms.js';

/** The terms of a text in order of first appearance, without duplicates. */
export function uniqueTerms(text: string): string[] {
  const terms = new Set<string>();
  scanTokens(text, 0, text.length, (start, end) => {
    for (const term of termsOf(text.slice(start, end))) terms.add(term);
  });
  return [...terms];
}
