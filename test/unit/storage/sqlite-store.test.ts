import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeContract } from '../../contract/store.js';
import { mergeSegments } from '../../../src/storage/segment-merge.js';
import { openSqliteReader } from '../../../src/storage/sqlite-reader.js';
import { openSqliteWriter } from '../../../src/storage/sqlite-writer.js';

storeContract('SQLite', () => {
  const indexDir = mkdtempSync(join(tmpdir(), 'fruit-index-'));
  return {
    openWriter: () => openSqliteWriter({ indexDir, command: 'mind-index', mergeSegments }),
    openReader: () => openSqliteReader(indexDir),
    dispose: () => rmSync(indexDir, { recursive: true }),
  };
});
