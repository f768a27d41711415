import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { BatchPlan } from '../pipeline/batch-plan.js';
import { floorTask, type FloorDone, type FloorRequest, type FloorResult, type FloorThreadData } from './floor.js';

/** Bounds of batches as runs of indexing have them. */
const BATCH_LIMITS = { minBytes: 64 * 1024, maxBytes: 1024 * 1024, maxFiles: 200 };

/** Works through all files on the requested number of threads. */
async function runFloor(request: FloorRequest): Promise<FloorResult> {
  const began = performance.now();
  const largeFirst = [...request.files].sort((left, right) => right.sizeBytes - left.sizeBytes);
  const plan = new BatchPlan(
    largeFirst.map((file) => ({ ...file, mtimeMs: 0, ctimeMs: 0, fileClass: 'source', isNew: true, knownHash: null })),
  );
  const threads = Array.from({ length: request.threads }, () => runThread(request, plan));
  // A process that ends while threads are in native code aborts, and its error is never read: all come to their end first.
  await Promise.allSettled(threads);
  const done = await Promise.all(threads);
  return {
    durationMs: performance.now() - began,
    files: request.files.length,
    bytes: done.reduce((sum, { bytes }) => sum + bytes, 0),
    parsedBytes: done.reduce((sum, { parsedBytes }) => sum + parsedBytes, 0),
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** Feeds one thread until the plan is empty; resolves with what it did. */
function runThread(request: FloorRequest, plan: BatchPlan): Promise<FloorDone> {
  const { work, root, cacheDir, parseDeadlineMs, maxParseBytes } = request;
  const workerData: FloorThreadData = { work, root, cacheDir, parseDeadlineMs, maxParseBytes };
  const worker = new Worker(new URL('./floor-thread.js', import.meta.url), { workerData });
  const total = { bytes: 0, parsedBytes: 0 };
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', (done: FloorDone) => {
      total.bytes += done.bytes;
      total.parsedBytes += done.parsedBytes;
      const task = floorTask(plan.take(request.threads, BATCH_LIMITS));
      worker.postMessage(task);
      if (task.length === 0) resolve(total);
    });
  });
}

const request = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as FloorRequest;
process.stdout.write(`${JSON.stringify(await runFloor(request))}\n`);
