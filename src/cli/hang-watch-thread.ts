import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { ProgressSlots, monotonicNs } from '../scaling/thread-progress.js';
import { readWorkNotes } from '../storage/work-notes.js';
import type { HangWatchBirth } from './hang-watch.js';
import { escapeControls } from './terminal-text.js';

const { progress, indexDir, deadlineMs } = workerData as HangWatchBirth;
const slots = new ProgressSlots(progress);
const intervalMs = Math.max(20, Math.min(1_000, deadlineMs / 4));

/** How long the main thread has been seen at one place. A process that was stopped meanwhile is not blamed for it. */
let stuckMs = 0;
let place = 0n;
let lookedNs = monotonicNs();

setInterval(() => {
  const nowNs = monotonicNs();
  const passedMs = Math.min(Number(nowNs - lookedNs) / 1e6, 2 * intervalMs);
  lookedNs = nowNs;
  const { startedAtNs } = slots.read();
  stuckMs = startedAtNs !== 0n && startedAtNs === place ? stuckMs + passedMs : 0;
  place = startedAtNs;
  if (stuckMs > deadlineMs) endProcess();
}, intervalMs);

/** The main thread, which prints everything else, will never print again. */
function endProcess(): void {
  const [path] = readWorkNotes(indexDir);
  const what = path === undefined ? 'the work' : `\`${escapeControls(path)}\``;
  writeSync(
    2,
    `error: ${what} took longer than ${deadlineMs} ms and cannot be stopped: the process ends itself by a signal\n\n` +
      'hint: run again: the file is tried apart first, and left out if it hangs there too\n',
  );
  process.kill(process.pid, 'SIGKILL');
}
