/**
 * Compiles src/shared/vector-kernel.wat to src/shared/vector-kernel-bytes.ts. The result is committed, so that a
 * checkout needs no compiler for it; a test compares the two.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import loadWabt from 'wabt';

/** The generated module's source for the given WebAssembly text. */
export async function kernelModule(wat: string): Promise<string> {
  const wabt = await loadWabt();
  const module = wabt.parseWat('vector-kernel.wat', wat, { simd: true });
  const { buffer } = module.toBinary({});
  module.destroy();
  const lines = Buffer.from(buffer)
    .toString('base64')
    .match(/.{1,100}/g)!
    .map((line) => `  '${line}'`);
  return `/** Generated from vector-kernel.wat by \`npm run build:kernel\`: do not edit. */\nexport const VECTOR_KERNEL_BASE64 =\n${lines.join(' +\n')};\n`;
}

const source = new URL('../src/shared/vector-kernel.wat', import.meta.url);
const target = new URL('../src/shared/vector-kernel-bytes.ts', import.meta.url);
if (process.argv[1]?.endsWith('compile-kernel.ts')) {
  writeFileSync(target, await kernelModule(readFileSync(source, 'utf8')));
}
