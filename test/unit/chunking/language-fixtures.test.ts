import { beforeAll, describe, expect, it } from 'vitest';
import { createChunker, type Chunker } from '../../../src/chunking/chunker.js';
import type { Chunk } from '../../../src/shared/model.js';
import { LANGUAGES } from '../../../src/shared/languages.js';
import { LANGUAGE_FIXTURES } from './language-fixtures.js';
import { isParsedHere, preparedGrammars } from './prepared-grammars.js';
import { CHUNK_LIMITS } from './chunk-limits.js';

/** Small limits, so that small files show where larger ones are cut. */
const limits = { ...CHUNK_LIMITS, maxLines: 14, minLines: 3, maxChars: 700 };

function row(chunk: Chunk): string {
  const lines = `${chunk.startLine}-${chunk.endLine}`;
  const symbol = [chunk.parent, chunk.symbol || '…'].filter((part) => part !== '').join('.');
  const others = chunk.names.filter((name) => name !== chunk.symbol);
  return `${lines.padEnd(6)} ${chunk.kind.padEnd(11)} ${symbol}${others.length > 0 ? ` + ${others.join(' ')}` : ''}`;
}

describe('the fruit shop in every language', () => {
  let chunker: Chunker;
  beforeAll(async () => {
    chunker = createChunker({ limits, grammars: await preparedGrammars() });
  });

  it('has a file for each language with a grammar', () => {
    const covered = new Set(LANGUAGE_FIXTURES.map(({ language }) => language.id));
    expect(LANGUAGES.filter(({ id, grammar }) => grammar !== undefined && !covered.has(id))).toEqual([]);
  });

  it.for(LANGUAGE_FIXTURES)('is cut at its definitions: $path', ({ language, path, text }, context) => {
    context.skip(!isParsedHere(language.id), 'no parser without the native runtime');
    const result = chunker.chunk(text, language);
    const header = `${result.method}${result.fallback === undefined ? '' : ` (${result.fallback})`}`;
    expect([header, ...result.chunks.map(row)].join('\n')).toMatchSnapshot(path);
  });
});
