// Preloaded into the program by NODE_OPTIONS: makes worker threads that index die or hang as SABOTAGE says.
import { execFileSync } from 'node:child_process';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { isMainThread, workerData } from 'node:worker_threads';

const fs = createRequire(import.meta.url)('node:fs');
const { kind, ...how } = JSON.parse(process.env.SABOTAGE);

if (!isMainThread && workerData?.init?.settings) {
  const openSync = fs.openSync;
  let opened = 0;
  fs.openSync = (path, ...rest) => {
    if (String(path).startsWith(workerData.init.settings.root) && ++opened) act(String(path));
    return openSync(path, ...rest);
  };
  syncBuiltinESMExports();

  function act(path) {
    // Only the first thread is killed by a count: its successors work on.
    if (kind === 'exit-once' && opened === how.afterFiles && claim()) process.exit(7);
    if (kind === 'exit-at' && path.endsWith(how.path)) process.exit(7);
    // Native code that waits cannot be interrupted from outside.
    if (kind === 'hang-at' && path.endsWith(how.path)) execFileSync('sleep', [String(how.seconds)]);
  }
}

function claim() {
  try {
    fs.closeSync(fs.openSync(how.claim, 'wx'));
    return true;
  } catch {
    return false;
  }
}
