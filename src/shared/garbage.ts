import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** V8's collector, as a context made with `--expose-gc` sees it. */
type Collector = (options: {
  readonly type: 'minor' | 'major';
  readonly execution?: 'sync';
  readonly flavor?: 'last-resort';
}) => void;

let collector: Collector | undefined;

/**
 * V8 knows nothing of memory outside its heap, so objects that are small for it and large for the process wait for a
 * collection that nothing calls for. These two call for it.
 */
function collect(options: Parameters<Collector>[0]): void {
  if (collector === undefined) {
    setFlagsFromString('--expose-gc');
    collector = (runInNewContext('globalThis.gc') as Collector | undefined) ?? (() => undefined);
  }
  collector(options);
}

/** Frees what was needed for a moment: below a millisecond in a small heap. */
export function collectYoungGeneration(): void {
  collect({ type: 'minor' });
}

/** Frees whatever can be freed in this thread's heap and gives its empty pages back: some milliseconds per 10 MB of living objects. */
export function collectAll(): void {
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
