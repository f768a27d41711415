import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GrammarLibrary } from '../../src/chunking/grammar-library.js';
import { ParseDeadline } from '../../src/chunking/parse-deadline.js';
import { hostThread } from '../../src/scaling/thread-host.js';
import type { NativeCode } from '../../src/shared/native-code.js';

/** What the stall does with a fruit, item by item. */
export interface FruitTask {
  readonly fruits: readonly string[];
  /** A pipe that `stuck` reads from: native code that waits until somebody writes. */
  readonly pipe?: string;
  readonly buffer?: ArrayBuffer;
}

/** How the stall opens in the morning. */
export interface FruitInit {
  readonly morning: 'open' | 'crash' | 'exit' | 'sleep';
  readonly ledger?: string;
}

/** Keeps what a leaking thread would keep. */
const cellar: unknown[] = [];
let nativeBytes = 0;

function eat(fruit: string, task: FruitTask): string | Promise<string> {
  switch (fruit) {
    case 'rotten':
      throw new RangeError('rotten fruit');
    case 'exit':
      return process.exit(7);
    case 'crash':
      return new Promise(() => {
        setImmediate(() => {
          throw new Error('the crate collapsed');
        });
      });
    case 'heavy':
      for (;;) cellar.push(new Array(10_000).fill(Math.random()));
    case 'endless':
      for (;;);
    case 'stuck':
      return readFileSync(task.pipe!, 'utf8');
    case 'heap':
      cellar.push(Array.from({ length: 500_000 }, (_, index) => ({ index })));
      return fruit;
    case 'native':
      nativeBytes += 64 * 1024 * 1024;
      return fruit;
    case 'melon':
      // Large while it is cut, gone afterwards.
      return carve(64 * 1024 * 1024);
    case 'noisy':
      process.stdout.write('noise from a library\n');
      return fruit;
    default:
      return fruit.toUpperCase();
  }
}

/** Touches every page of a buffer, keeps it for a while, and gives it back to the system at once. */
function carve(bytes: number): string {
  const flesh = new ArrayBuffer(bytes);
  new Uint8Array(flesh).fill(1);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(flesh, [flesh]);
  port2.close();
  return 'melon';
}

/** Native code that keeps calling back into JavaScript for text, as long as it gets some. */
async function squeeze(nativeCode: NativeCode): Promise<string> {
  const grammars = await GrammarLibrary.open({ cacheDir: join(tmpdir(), 'mind-index-test-grammars'), nativeCode });
  await grammars.prepare(['javascript']);
  const juice = 'function squeeze() { return [1, 2, 3].map((orange) => orange + 1); }\n'.repeat(100_000);
  for (;;) grammars.parser('javascript')!.parse(juice, new ParseDeadline(3_600_000), () => undefined);
}

await hostThread<FruitInit, FruitTask, unknown>((init, nativeCode) => {
  if (init.morning === 'crash') throw new Error('the stall has no roof');
  if (init.morning === 'exit') process.exit(3);
  if (init.morning === 'sleep') for (;;);
  return {
    handle: async (task, progress) => {
      const eaten: string[] = [];
      for (const [index, fruit] of task.fruits.entries()) {
        progress.begin(index);
        eaten.push(await (fruit === 'orange' ? squeeze(nativeCode) : eat(fruit, task)));
        progress.done(fruit.length);
      }
      if (!task.buffer) return { result: eaten, nativeBytes };
      return { result: task.buffer, transfer: [task.buffer], nativeBytes };
    },
  };
});
