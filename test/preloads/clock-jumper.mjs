// Preloaded into the program by NODE_OPTIONS: the clock of the program is wrong, and jumps. CLOCK is { hours, every, rewrite? }:
// after every so many looks at the clock it is off by the next of the hours. `rewrite` is { path, before, after }: what is
// written into a file right before it is read and right after.
import { createRequire, syncBuiltinESMExports } from 'node:module';

const fs = createRequire(import.meta.url)('node:fs');
const { hours, every, rewrite } = JSON.parse(process.env.CLOCK);
const RealDate = Date;
let looks = 0;

function wrongNow() {
  return RealDate.now() + hours[Math.floor(looks++ / every) % hours.length] * 3_600_000;
}

globalThis.Date = class Date extends RealDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [wrongNow()] : parts));
  }
  static now() {
    return wrongNow();
  }
};

if (rewrite !== undefined) {
  const { openSync, closeSync, writeFileSync } = fs;
  const rewritten = new Set();
  fs.openSync = (path, ...rest) => {
    const isIt = String(path).endsWith(`/${rewrite.path}`);
    if (isIt) writeFileSync(path, rewrite.before);
    const descriptor = openSync(path, ...rest);
    if (isIt) rewritten.add(descriptor);
    return descriptor;
  };
  fs.closeSync = (descriptor) => {
    closeSync(descriptor);
    if (rewritten.delete(descriptor)) writeFileSync(rewrite.file, rewrite.after);
  };
  syncBuiltinESMExports();
}
