import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';

/** A control group with a memory limit, for processes that are started under it. */
export interface ControlGroup {
  /** Words in front of a command that make it run inside. */
  readonly under: readonly string[];
  /** How many processes the kernel has killed in it for want of memory. */
  oomKills(): number;
  /** The group must be empty. */
  remove(): void;
}

/** Makes a group; undefined where this machine does not let us. */
export function makeControlGroup(limitBytes: number): ControlGroup | undefined {
  const isUnified = existsSync(join(ROOT, 'cgroup.controllers'));
  const path = join(ROOT, isUnified ? '' : 'memory', `mind-index-test-${process.pid}`);
  try {
    mkdirSync(path);
    writeFileSync(join(path, isUnified ? 'memory.max' : 'memory.limit_in_bytes'), String(limitBytes));
  } catch {
    return undefined;
  }
  return {
    under: ['sh', '-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', path],
    oomKills: () => {
      const events = readFileSync(join(path, isUnified ? 'memory.events' : 'memory.oom_control'), 'utf8');
      return Number(/^oom_kill (\d+)$/m.exec(events)?.[1] ?? NaN);
    },
    remove: () => rmdirSync(path),
  };
}
