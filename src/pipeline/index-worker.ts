import { createEmbedder } from '../embedding/create-embedder.js';
import { hostThread } from '../scaling/thread-host.js';
import { WorkNotes } from '../storage/work-notes.js';
import { packCommit } from '../storage/writer-thread.js';
import { BatchIndexer } from './batch-indexer.js';
import type { Batch, BatchResult, IndexerSettings } from './file-task.js';
import { MemoryWatch } from './memory-watch.js';
import { StopFlag } from './stop-flag.js';

/** What a worker thread is born with. */
export interface IndexWorkerInit {
  readonly settings: IndexerSettings;
  readonly stop: SharedArrayBuffer;
  /** Where threads note what they work on; `slots` counts those that were given out. Absent where nobody would read it. */
  readonly notes?: { readonly indexDir: string; readonly slots: SharedArrayBuffer };
}

/** The entry of a worker thread: batches in, segments out. Results move, they are not copied. */
await hostThread<IndexWorkerInit, Batch, BatchResult>(async ({ settings, stop, notes: place }, nativeCode) => {
  const indexer = await BatchIndexer.open(settings, createEmbedder(settings.embedder), nativeCode);
  const flag = new StopFlag(stop);
  const watch = new MemoryWatch(settings.memory.flushAboveBytes);
  const notes = place && new WorkNotes(place.indexDir, Atomics.add(new Int32Array(place.slots), 0, 1));
  return {
    handle: async (batch, progress) => {
      watch.begin();
      const result = await indexer.index(batch, {
        begin: (item) => {
          progress.begin(item);
          notes?.begin(batch.files[item]!.path);
        },
        done: (bytes) => {
          progress.done(bytes);
          return flag.isRaised || watch.isShortAfter(bytes);
        },
      });
      notes?.clear();
      const { commit, transfer } = packCommit({ ...result.commit, removed: [] });
      return { result: { ...result, commit }, transfer };
    },
    close: () => notes?.close(),
  };
});
