import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Random } from '../../src/bench/corpus/random.js';
import type { HostileInput, HostileKind } from './kind.js';

/** The input of a kind with a number: the same for the same seed, in whichever process and order it is made. */
export function inputOf(kind: HostileKind, seed: number, number: number): HostileInput {
  return kind.generate(new Random(seed, hashOf(kind.name) + number));
}

/** Replaces a folder by the files of an input. */
export function writeInput(input: HostileInput, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [path, bytes] of input.files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

function hashOf(name: string): number {
  let hash = 0;
  for (const character of name) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) | 0;
  return hash & 0xfffffff;
}
