import { parentPort, workerData } from 'node:worker_threads';
import { collectYoungGeneration } from '../shared/garbage.js';
import { mergeSegments } from './segment-merge.js';
import { openSqliteWriter } from './sqlite-writer.js';
import type { StoreWriter } from './store.js';
import { OPENED, carryError, type ThreadedWriterOptions, type WriterAnswer, type WriterCall } from './writer-thread.js';

/** The inner side of `openThreadedWriter`: one writer, its calls done in the order they arrive. */
const port = parentPort!;
const answer = (message: WriterAnswer) => port.postMessage(message);

try {
  const writer = await openSqliteWriter({ ...(workerData as ThreadedWriterOptions), mergeSegments });
  let last: Promise<void> = Promise.resolve();
  port.on('message', (call: WriterCall) => {
    last = last.then(() => serve(writer, call));
  });
  answer({ id: OPENED, result: undefined });
} catch (error) {
  answer({ id: OPENED, error: carryError(error) });
}

async function serve(writer: StoreWriter, call: WriterCall): Promise<void> {
  try {
    const method = writer[call.method] as (argument: unknown) => Promise<unknown>;
    answer({ id: call.id, result: await method.call(writer, call.argument) });
  } catch (error) {
    answer({ id: call.id, error: carryError(error) });
  }
  // Megabytes that V8 takes for a few small objects: without this they would wait for its next occasion.
  if (call.method === 'commit') collectYoungGeneration();
  // A port that holds nobody: the thread ends by itself, after its last answer has left.
  if (call.method === 'close') port.unref();
}
