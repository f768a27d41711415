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
  const plan = new BatchPlan(largeFirst.map((file) => ({ ...file, mtimeMs: 0, ctimeMs: 0, knownHash: null })));
  const bytes = await Promise.all(Array.from({ length: request.threads }, () => runThread(request, plan)));
  return {
    durationMs: performance.now() - began,
    files: request.files.length,
    bytes: bytes.reduce((sum, value) => sum + value, 0),
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** Feeds one thread until the plan is empty; resolves with the bytes it worked on. */
function runThread({ work, root, cacheDir, threads }: FloorRequest, plan: BatchPlan): Promise<number> {
  const workerData: FloorThreadData = { work, root, cacheDir };
  const worker = new Worker(new URL('./floor-thread.js', import.meta.url), { workerData });
  let bytes = 0;
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', (done: FloorDone) => {
      bytes += done;
      const task = floorTask(plan.take(threads, BATCH_LIMITS));
      worker.postMessage(task);
      if (task.length === 0) resolve(bytes);
    });
  });
}

const request = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as FloorRequest;
process.stdout.write(`${JSON.stringify(await runFloor(request))}\n`);
