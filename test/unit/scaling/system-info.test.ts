import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { HostMemoryWatch, readHostMemory, type HostMemory } from '../../../src/scaling/host-memory.js';
import { readSystemInfo, type SystemSources } from '../../../src/scaling/system-info.js';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const HOST: HostMemory = { totalBytes: 24 * GIB, availableBytes: 20 * GIB };

function machine(name: string, more: Partial<SystemSources> = {}) {
  return readSystemInfo({
    fsRoot: fileURLToPath(new URL(`../../../fixtures/cgroup/${name}`, import.meta.url)),
    parallelism: 8,
    plainMemory: () => HOST,
    hostMemory: () => Promise.resolve(HOST),
    rssBytes: () => 80 * MIB,
    highWaterRssBytes: () => 90 * MIB,
    now: () => 0,
    ...more,
  });
}

describe('the limit that holds', () => {
  test.each([
    ['v2-container', 512 * MIB, 'cgroup-v2'],
    ['v2-nested', 768 * MIB, 'cgroup-v2'],
    ['v2-odd-paths', 300 * MIB, 'cgroup-v2'],
    ['v2-without-mountinfo', 640 * MIB, 'cgroup-v2'],
    ['v2-unlimited', 24 * GIB, 'ram'],
    ['v1-container', 1 * GIB, 'cgroup-v1'],
    ['v1-nested', 256 * MIB, 'cgroup-v1'],
    ['v1-unlimited', 24 * GIB, 'ram'],
    ['broken', 24 * GIB, 'ram'],
    ['absent', 24 * GIB, 'ram'],
  ] as const)('on the machine %s is %s bytes, from %s', async (name, limitBytes, limitSource) => {
    const { facts } = await machine(name);
    expect(facts).toMatchObject({ limitBytes, limitSource, totalBytes: 24 * GIB });
  });

  test('the flag wins when it is the smallest, and only then', async () => {
    const small = await machine('v2-container', { maxMemoryBytes: 256 * MIB });
    expect(small.facts).toMatchObject({ limitBytes: 256 * MIB, limitSource: 'flag', availableBytes: 256 * MIB });
    const large = await machine('v2-container', { maxMemoryBytes: 8 * GIB });
    expect(large.facts).toMatchObject({ limitBytes: 512 * MIB, limitSource: 'cgroup-v2' });
    const equal = await machine('v2-container', { maxMemoryBytes: 512 * MIB });
    expect(equal.facts.limitSource).toBe('flag');
  });

  test('the second opinion of libuv counts, unless it is its word for no limit', async () => {
    const limited = await machine('absent', { constrainedMemory: () => 2 * GIB });
    expect(limited.facts).toMatchObject({ limitBytes: 2 * GIB, limitSource: 'cgroup-v1' });
    for (const none of [0, 2 ** 64, 17_592_186_044_416 * MIB]) {
      const free = await machine('absent', { constrainedMemory: () => none });
      expect(free.facts.limitSource).toBe('ram');
    }
  });

  test('a group limit above the memory of the machine does not hold', async () => {
    const { facts } = await machine('v2-container', {
      plainMemory: () => ({ totalBytes: 256 * MIB, availableBytes: 1 }),
    });
    expect(facts.limitSource).toBe('ram');
  });
});

describe('what is available', () => {
  test.each([
    // 400 MiB charged, of which 120 inactive, 80 active but unmapped, and 12 of slab can be dropped.
    ['v2-container', 512 * MIB - 188 * MIB],
    // The grandparent has a tenth of a GiB left, less than its child.
    ['v2-nested', 2 * GIB - Math.floor(1.9 * GIB)],
    ['v1-container', 1 * GIB - 350 * MIB],
    ['v1-nested', 128 * MIB],
    ['absent', 20 * GIB],
  ])('on the machine %s are %s bytes', async (name, availableBytes) => {
    expect((await machine(name)).facts.availableBytes).toBe(availableBytes);
  });

  test('it is never more than the machine has', async () => {
    const { facts } = await machine('v2-container', { plainMemory: () => ({ ...HOST, availableBytes: 5 * MIB }) });
    expect(facts.availableBytes).toBe(5 * MIB);
  });
});

describe('cores', () => {
  test.each([
    ['v2-container', 2],
    ['v2-nested', 1],
    ['v2-unlimited', 8],
    ['v1-container', 1],
    ['v1-nested', 8],
    ['absent', 8],
  ])('on the machine %s are %s', async (name, cores) => {
    expect((await machine(name)).facts.cores).toBe(cores);
  });
});

describe('a look at memory', () => {
  test('inside a limited group tells the group, without page cache, and leaves the machine out', async () => {
    const { readMemoryUsage } = await machine('v2-container');
    expect(readMemoryUsage()).toEqual({
      rssBytes: 80 * MIB,
      highWaterRssBytes: 90 * MIB,
      groupUsedBytes: 188 * MIB,
      groupLimitBytes: 512 * MIB,
      reclaimableBytes: 212 * MIB,
      psiSomeAvg10: 12.5,
    });
  });

  test('tells the fullest of the groups above us', async () => {
    const { readMemoryUsage } = await machine('v2-nested');
    expect(readMemoryUsage()).toMatchObject({ groupUsedBytes: Math.floor(1.9 * GIB), groupLimitBytes: 2 * GIB });
  });

  test('in v1 counts what the groups below hold', async () => {
    const { readMemoryUsage } = await machine('v1-container');
    expect(readMemoryUsage()).toMatchObject({ groupUsedBytes: 350 * MIB, reclaimableBytes: 250 * MIB });
  });

  test('without a group limit tells the machine', async () => {
    const { readMemoryUsage } = await machine('absent');
    expect(readMemoryUsage()).toEqual({
      rssBytes: 80 * MIB,
      highWaterRssBytes: 90 * MIB,
      systemUsedBytes: 4 * GIB,
      systemTotalBytes: 24 * GIB,
    });
  });

  test('asks the machine again in the background, not more often than it should', async () => {
    let asked = 0;
    let nowMs = 0;
    const host = (availableBytes: number): HostMemory => ({ totalBytes: 24 * GIB, availableBytes });
    const answered: Promise<HostMemory>[] = [];
    const ask = (): Promise<HostMemory> => {
      answered.push(Promise.resolve(host(++asked)));
      return answered.at(-1)!;
    };
    const watch = new HostMemoryWatch(host(0), ask, () => nowMs, 100);
    expect(watch.latest().availableBytes).toBe(0);
    nowMs = 100;
    watch.latest();
    watch.latest();
    await Promise.all(answered);
    await Promise.resolve();
    expect(watch.latest().availableBytes).toBe(1);
    expect(asked).toBe(1);
  });

  test('keeps the last answer when the machine does not answer', async () => {
    let nowMs = 0;
    const watch = new HostMemoryWatch(
      HOST,
      () => Promise.reject(new Error('no answer')),
      () => nowMs,
      100,
    );
    nowMs = 200;
    watch.latest();
    await Promise.resolve();
    expect(watch.latest()).toEqual(HOST);
  });
});

describe('this very machine', () => {
  test('has at least one core, some memory, and a process that uses less than that', async () => {
    const { facts, readMemoryUsage } = await readSystemInfo();
    expect(facts.cores).toBeGreaterThanOrEqual(1);
    expect(facts.availableBytes).toBeLessThanOrEqual(facts.limitBytes);
    expect(facts.limitBytes).toBeLessThanOrEqual(facts.totalBytes);
    const usage = readMemoryUsage();
    expect(usage.rssBytes).toBeGreaterThan(10 * MIB);
    expect(usage.rssBytes).toBeLessThan(facts.totalBytes);
  });

  test('is understood by systeminformation', async () => {
    const { totalBytes, availableBytes } = await readHostMemory();
    expect(totalBytes).toBeGreaterThan(64 * MIB);
    expect(availableBytes).toBeLessThanOrEqual(totalBytes);
  });
});
