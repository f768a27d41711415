// Preloaded into the program by NODE_OPTIONS: files whose names are in SABOTAGE do harm to the process that opens them,
// in whichever thread or process that is. SABOTAGE is a list of { kind, path, where }, `where` being `run` or `apart`.
import { execFileSync } from 'node:child_process';
import { createRequire, syncBuiltinESMExports } from 'node:module';

const fs = createRequire(import.meta.url)('node:fs');
// A thread knows its own entry only, and inherits the environment of its process.
if (process.argv[1]?.endsWith('suspect-process.js')) process.env.SABOTAGE_WHERE = 'apart';
const where = process.env.SABOTAGE_WHERE ?? 'run';
const traps = JSON.parse(process.env.SABOTAGE).filter((trap) => (trap.where ?? where) === where);
const trapFor = (path, ...kinds) =>
  traps.find((trap) => String(path).endsWith(`/${trap.path}`) && kinds.includes(trap.kind));

const { openSync, readSync, readdirSync } = fs;
const failing = new Set();

fs.openSync = (path, ...rest) => {
  const trap = trapFor(path, 'abort', 'segv', 'kill', 'hang', 'kill-parent');
  if (trap?.kind === 'abort') die('SIGABRT');
  if (trap?.kind === 'segv') die('SIGSEGV');
  if (trap?.kind === 'kill') die('SIGKILL');
  // The parent dies first: it must not hear of the end of its child.
  if (trap?.kind === 'kill-parent') die('SIGKILL', process.ppid);
  // Native code that waits cannot be interrupted from outside.
  if (trap?.kind === 'hang') execFileSync('sleep', [String(trap.seconds)]);
  const descriptor = openSync(path, ...rest);
  if (trapFor(path, 'eio')) failing.add(descriptor);
  else failing.delete(descriptor);
  return descriptor;
};
fs.readSync = (descriptor, ...rest) => {
  if (failing.has(descriptor)) throw ioError('read');
  return readSync(descriptor, ...rest);
};
fs.readdirSync = (path, ...rest) => {
  if (trapFor(path, 'eio')) throw ioError('scandir');
  return readdirSync(path, ...rest);
};
syncBuiltinESMExports();

/** A signal to the process may take a moment to arrive; a thread that crashes goes no further. */
function die(signal, pid = process.pid) {
  process.kill(pid, signal);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function ioError(syscall) {
  return Object.assign(new Error(`EIO: i/o error, ${syscall}`), { code: 'EIO', errno: -5, syscall });
}
