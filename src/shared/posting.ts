/**
 * One posting says in one byte how a term occurs in a chunk: the low four bits count its occurrences in the body
 * (saturating at 15, where BM25 has long saturated too), the high four bits name the fields that hold it; 0x40 is free.
 */
export const MAX_BODY_COUNT = 15;

/** The term is part of a name that the chunk defines. */
export const FIELD_SYMBOL = 0x10;
/** The term is part of the file's path. */
export const FIELD_PATH = 0x20;
/** The term is part of the qualified parent of the chunk's symbol. */
export const FIELD_PARENT = 0x80;
