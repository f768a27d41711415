// Preloaded into the program by NODE_OPTIONS: counts the points at which something is written to an index, each before and
// after, and at one of them, or after a time, sends the process a signal, or fills the disk with a file. KILL_POINTS is
// { root, indexDir, log, kind?, at?, afterMs?, signal?, fill? }. What was opened and where it ended is appended to `log`.
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';

const fs = createRequire(import.meta.url)('node:fs');
const { root, indexDir, log, kind, at, afterMs, signal = 'SIGKILL', fill } = JSON.parse(process.env.KILL_POINTS);
const program = process.env.KILL_POINTS_PROGRAM ?? new URL('../..', import.meta.url).href;
// Files that may crash are indexed in other processes: those only report what they open.
const isApart = process.argv[1]?.endsWith('suspect-process.js') || process.env.KILL_POINTS_APART === '1';
if (isApart) process.env.KILL_POINTS_APART = '1';

const ACTS = [
  'lock',
  'schema',
  'pragma',
  'begin',
  'commit',
  'rollback',
  'checkpoint',
  'vacuum',
  'insert',
  'update',
].concat(['delete', 'close', 'mkdir', 'create', 'rename', 'unlink', 'fsync', 'note']);
const KINDS = ACTS.flatMap((act) => [`${act}:before`, `${act}:after`]);
const counts = sharedCounts();
const { appendFileSync, writeSync, openSync } = fs;

function sharedCounts() {
  if (isMainThread) {
    setEnvironmentData('kill-points', new SharedArrayBuffer(KINDS.length * Int32Array.BYTES_PER_ELEMENT));
  }
  return new Int32Array(getEnvironmentData('kill-points') ?? new SharedArrayBuffer(KINDS.length * 4));
}

function write(line) {
  appendFileSync(log, `${process.hrtime.bigint()} ${line}\n`);
}

function strike(where) {
  write(`strike ${where}`);
  if (fill !== undefined) return fillDisk(fill);
  process.kill(process.pid, signal);
  // The signal is on its way: this thread must get no further.
  if (signal === 'SIGKILL') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Leaves not a byte on the disk of the file `path`. */
function fillDisk(path) {
  const descriptor = openSync(path, 'w');
  for (let bytes = 1 << 20; bytes > 0; bytes >>= 1) {
    try {
      for (;;) if (writeSync(descriptor, Buffer.alloc(bytes)) < bytes) break;
    } catch (error) {
      if (error.code !== 'ENOSPC') throw error;
    }
  }
  fs.closeSync(descriptor);
}

function point(act, moment) {
  const name = `${act}:${moment}`;
  const count = Atomics.add(counts, KINDS.indexOf(name), 1) + 1;
  if (!isApart && name === kind && count === at) strike(`${name} ${count}`);
}

function around(act, work) {
  if (act === undefined) return work();
  point(act, 'before');
  const result = work();
  point(act, 'after');
  return result;
}

// Everything that is told to SQLite goes through these methods.
const { SqliteDatabase } = await import(new URL('dist/storage/sqlite-database.js', program).href);
const { exec, compile, close } = SqliteDatabase.prototype;
SqliteDatabase.prototype.exec = function (sql) {
  return around(actOf(sql), () => exec.call(this, sql));
};
SqliteDatabase.prototype.compile = function (sql) {
  const statement = compile.call(this, sql);
  const act = actOf(sql);
  return act === undefined
    ? statement
    : { ...statement, run: (...values) => around(act, () => statement.run(...values)) };
};
SqliteDatabase.prototype.close = function () {
  return around('close', () => close.call(this));
};

function actOf(sql) {
  const [, words] = /^\s*((?:BEGIN \w+|PRAGMA \w+|\w+))/.exec(sql) ?? [];
  switch (words) {
    case 'BEGIN EXCLUSIVE':
      return 'lock';
    case 'BEGIN IMMEDIATE':
      return 'begin';
    case 'CREATE':
      return 'schema';
    case 'PRAGMA wal_checkpoint':
      return 'checkpoint';
    case 'PRAGMA incremental_vacuum':
      return 'vacuum';
    case 'PRAGMA journal_mode':
    case 'PRAGMA application_id':
    case 'PRAGMA page_size':
      return 'pragma';
    case 'COMMIT':
    case 'ROLLBACK':
    case 'INSERT':
    case 'UPDATE':
    case 'DELETE':
      return words.toLowerCase();
    default:
      return undefined;
  }
}

const isOfIndex = (path) => typeof path === 'string' && (resolve(path) + '/').startsWith(`${indexDir}/`);
const isOfTree = (path) => typeof path === 'string' && path.startsWith(`${root}/`) && !isOfIndex(path);
const onIndex = (act, name) => {
  const original = fs[name];
  fs[name] = (path, ...rest) => around(isOfIndex(path) ? act : undefined, () => original(path, ...rest));
};
onIndex('mkdir', 'mkdirSync');
onIndex('rename', 'renameSync');
onIndex('unlink', 'rmSync');
onIndex('unlink', 'unlinkSync');
onIndex('create', 'writeFileSync');
const { fsyncSync } = fs;
fs.fsyncSync = (descriptor) => around('fsync', () => fsyncSync(descriptor));
const notes = new Set();
fs.openSync = (path, flags, ...rest) => {
  if (isOfTree(path)) write(`open ${path.slice(root.length + 1)}`);
  const isNotes = isOfIndex(path) && path.endsWith('/in-work');
  const descriptor = around(isOfIndex(path) && flags === 'wx' ? 'create' : undefined, () =>
    openSync(path, flags, ...rest),
  );
  if (isNotes) notes.add(descriptor);
  return descriptor;
};
fs.writeSync = (descriptor, ...rest) =>
  around(notes.has(descriptor) ? 'note' : undefined, () => writeSync(descriptor, ...rest));
syncBuiltinESMExports();

if (isMainThread && !isApart) {
  if (afterMs !== undefined) setTimeout(() => strike('time'), afterMs).unref();
  process.on('exit', () =>
    write(`counts ${JSON.stringify(Object.fromEntries(KINDS.map((name, i) => [name, counts[i]])))}`),
  );
}
