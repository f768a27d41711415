import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { GrammarLibrary } from '../chunking/grammar-library.js';
import { languageOf } from '../shared/languages.js';
import type { FloorDone, FloorTask, FloorThreadData } from './floor.js';

const { work, root, cacheDir } = workerData as FloorThreadData;
const port = parentPort!;
const library = work === 'parse' ? await GrammarLibrary.open({ cacheDir }) : undefined;

port.on('message', (paths: FloorTask) => {
  if (paths.length === 0) return port.close();
  void workOn(paths).then((bytes) => port.postMessage(bytes satisfies FloorDone));
});
port.postMessage(0 satisfies FloorDone);

async function workOn(paths: FloorTask): Promise<number> {
  if (library !== undefined) await library.prepare([...new Set(paths.flatMap((path) => languageOf(path)?.grammar ?? []))]);
  let bytes = 0;
  for (const path of paths) {
    const content = readFileSync(join(root, path));
    bytes += content.length;
    const grammar = languageOf(path)?.grammar;
    if (library !== undefined && grammar !== undefined) library.parse(grammar, content.toString('utf8'));
  }
  return bytes;
}
