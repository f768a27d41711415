import { expect, it } from 'vitest';
import { createChunker } from '../../../src/chunking/chunker.js';
import { languageOf } from '../../../src/shared/languages.js';
import { CHUNK_LIMITS } from './chunk-limits.js';
import { preparedGrammars } from './prepared-grammars.js';

it('headers with long blank lines are told from C++ at once, where trying every division of the blanks would outlast the test', async () => {
  const chunker = createChunker({ limits: CHUNK_LIMITS, grammars: await preparedGrammars() });
  const blanks = ' '.repeat(900_000);
  for (const text of [
    `class${blanks}x`,
    `struct A${blanks};`,
    `namespace${blanks};`,
    `namespace a${'{ '.repeat(400_000)};`,
    blanks,
  ]) {
    expect(chunker.chunk(text, languageOf('shop.h')).chunks).toHaveLength(1);
  }
});
