import { FIELD_SYMBOL, FIELD_PATH, MAX_BODY_COUNT } from '../../src/shared/posting.js';

/**
 * Weight of a term in a document of a pair, by its posting byte. The indexer (src/pipeline/chunk-embedding.ts) lets path and
 * names count more; in training they would answer for the body, whose words are what is to be learnt.
 */
export const DOCUMENT_WEIGHTS: readonly number[] = Array.from({ length: 256 }, (_, posting) => {
  const body = Math.log2(1 + (posting & MAX_BODY_COUNT));
  return body + (posting & FIELD_SYMBOL ? 2 : 0) + (posting & FIELD_PATH ? 0.5 : 0);
});
