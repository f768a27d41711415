/**
 * Kills its process before the n-th call that changes or syncs files, n being the variable `KILL_AT_CALL`: a process can die
 * between any two steps, and a test can only wait for those that the process tells of.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

let callsLeft = Number(process.env['KILL_AT_CALL']);

if (isMainThread) {
  for (const name of ['renameSync', 'rmSync', 'fsyncSync', 'unlinkSync']) {
    const real = fs[name];
    fs[name] = (...args) => {
      if (--callsLeft === 0) process.kill(process.pid, 'SIGKILL');
      return real(...args);
    };
  }
  syncBuiltinESMExports();
}
