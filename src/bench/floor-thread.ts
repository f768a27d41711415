import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { GrammarLibrary } from '../chunking/grammar-library.js';
import { ParseDeadline } from '../chunking/parse-deadline.js';
import { languageOf } from '../shared/languages.js';
import type { FloorDone, FloorTask, FloorThreadData } from './floor.js';

const settings = workerData as FloorThreadData;
const port = parentPort!;
const library = settings.work === 'parse' ? await GrammarLibrary.open({ cacheDir: settings.cacheDir }) : undefined;

port.on('message', (paths: FloorTask) => {
  if (paths.length === 0) return port.close();
  void workOn(paths).then((done) => port.postMessage(done));
});
port.postMessage({ bytes: 0, parsedBytes: 0 } satisfies FloorDone);

async function workOn(paths: FloorTask): Promise<FloorDone> {
  const grammars = paths.map((path) => languageOf(path)?.grammar);
  await library?.prepare(grammars.filter((grammar) => grammar !== undefined));
  let bytes = 0;
  let parsedBytes = 0;
  for (const [index, path] of paths.entries()) {
    const content = readFileSync(join(settings.root, path));
    bytes += content.length;
    const parser = library?.parser(grammars[index] ?? '');
    if (parser === undefined || content.length > settings.maxParseBytes) continue;
    parsedBytes += content.length;
    parser.parse(content.toString('utf8'), new ParseDeadline(settings.parseDeadlineMs), () => undefined);
    if (library!.releaseDue) await library!.releaseTrees();
  }
  return { bytes, parsedBytes };
}
