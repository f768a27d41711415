import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportIndex, importIndex, verifyExport } from '../../../src/app/transfer.js';
import { Random } from '../../../src/bench/corpus/random.js';
import { EventBus } from '../../../src/shared/events.js';
import { MindIndexError } from '../../../src/shared/errors.js';
import { EXPORT_HEADER_BYTES, EXPORT_TRAILER_BYTES } from '../../../src/transfer/export-format.js';
import { IndexBench } from '../index-judge.js';
import type { HostileInput, HostileKind, Judge, Verdict } from '../kind.js';

/** Exports with damage, mostly behind a right hash of the whole, so that it reaches what reads manifest and sections. */
export const exportFiles: HostileKind = {
  name: 'exports',
  share: 8,
  generate: (random): HostileInput => {
    const seed = random.integer(0, 2 ** 31 - 1);
    return { files: new Map([['seed', Buffer.from(String(seed))]]), how: `damage ${seed}` };
  },
  open: openExports,
};

async function openExports(folder: string): Promise<Judge> {
  const bench = await IndexBench.open(folder);
  bench.restore();
  const path = join(folder, 'shop.mindx');
  const context = {
    bus: new EventBus(),
    command: 'hostile',
    interruptible: <T>(work: (signal: AbortSignal) => Promise<T>) => work(new AbortController().signal),
  };
  await exportIndex(bench.config, { kind: 'file', path }, '0.0.0', context);
  const sound = readFileSync(path);
  return {
    judge: async ({ files }): Promise<Verdict> => {
      writeFileSync(path, damaged(sound, new Random(Number(Buffer.from(files.get('seed')!).toString()))));
      bench.restore();
      try {
        await context.interruptible((signal) => verifyExport(path, context.bus, signal));
        await importIndex(bench.config, path, context);
      } catch (error) {
        if (!(error instanceof MindIndexError) || error.code === 'unexpected') throw error;
        // What is refused leaves the index that is there as it was.
        const { outcome, detail } = await bench.exercise();
        if (outcome !== 'read') throw new Error(`the index in place is ${outcome} after a refusal: ${detail}`);
        return { outcome: 'refused', detail: error.code };
      }
      return bench.exercise();
    },
  };
}

function damaged(sound: Buffer, random: Random): Buffer {
  const manifestEnd = EXPORT_HEADER_BYTES + sound.readUInt32LE(12);
  let bytes = Buffer.from(sound);
  for (let count = random.integer(1, 4); count > 0; count--) {
    const inManifest = random.chance(0.5);
    const at = random.integer(inManifest ? 0 : manifestEnd, (inManifest ? manifestEnd : bytes.length) - 1);
    const choice = random.integer(0, 5);
    if (choice === 0) bytes[at] = random.integer(0, 255);
    else if (choice === 1) bytes[at] = bytes[at]! ^ (1 << random.integer(0, 7));
    // Digits of lengths and counts: other numbers of as many digits.
    else if (choice === 2) changeDigit(bytes, manifestEnd, random);
    else if (choice === 3) bytes.copy(bytes, at, random.integer(0, at), at + random.integer(0, 64));
    else if (choice === 4) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.integer(1, 32))]);
    else bytes = Buffer.concat([bytes.subarray(0, at), Buffer.alloc(random.integer(1, 32), at), bytes.subarray(at)]);
    if (bytes.length <= manifestEnd) bytes = Buffer.from(sound);
  }
  if (random.chance(0.8)) repairHash(bytes);
  return random.chance(0.1) ? bytes.subarray(0, random.integer(0, bytes.length)) : bytes;
}

function changeDigit(bytes: Buffer, manifestEnd: number, random: Random): void {
  const digits: number[] = [];
  for (let at = EXPORT_HEADER_BYTES; at < manifestEnd; at++)
    if (bytes[at]! >= 0x30 && bytes[at]! <= 0x39) digits.push(at);
  if (digits.length > 0) bytes[random.pick(digits)] = 0x30 + random.integer(0, 9);
}

function repairHash(bytes: Buffer): void {
  const end = bytes.length - EXPORT_TRAILER_BYTES;
  createHash('sha256').update(bytes.subarray(0, end)).digest().copy(bytes, end);
}
