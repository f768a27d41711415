import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const LIMIT_BYTES = 384 * 1024 * 1024;
const V1 = '/sys/fs/cgroup/memory';
const V2 = '/sys/fs/cgroup';

/** A real control group with a limit below the present one; undefined where we may not make one. */
function makeGroup(): { readonly directory: string; readonly source: string } | undefined {
  const [root, file, source] = existsSync(join(V1, 'memory.limit_in_bytes'))
    ? [V1, 'memory.limit_in_bytes', 'cgroup-v1']
    : [V2, 'memory.max', 'cgroup-v2'];
  const directory = join(root, `mind-index-test-${process.pid}`);
  try {
    mkdirSync(join(directory, 'inner'), { recursive: true });
    writeFileSync(join(directory, file), String(LIMIT_BYTES));
    return { directory, source };
  } catch {
    if (existsSync(directory)) removeGroup(directory);
    return undefined;
  }
}

function removeGroup(directory: string): void {
  if (existsSync(join(directory, 'inner'))) rmdirSync(join(directory, 'inner'));
  rmdirSync(directory);
}

const group = makeGroup();

afterAll(() => {
  if (group) removeGroup(group.directory);
});

test.skipIf(!group)('inside a real control group its limit is found, also from a nested group without one', () => {
  const { directory, source } = group!;
  const script = fileURLToPath(new URL('./scaling-facts.ts', import.meta.url));
  const enter = 'echo $$ > "$1/inner/cgroup.procs" && exec "$2" --import tsx "$3"';
  const printed = execFileSync('bash', ['-c', enter, 'bash', directory, process.execPath, script], {
    encoding: 'utf8',
  });
  const { facts, usage } = JSON.parse(printed);
  expect(facts).toMatchObject({ limitBytes: LIMIT_BYTES, limitSource: source });
  expect(facts.availableBytes).toBeLessThan(LIMIT_BYTES);
  expect(usage.groupLimitBytes).toBe(LIMIT_BYTES);
  expect(usage.groupUsedBytes).toBeGreaterThan(0);
  expect(usage).not.toHaveProperty('systemUsedBytes');
});
