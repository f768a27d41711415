import { readSystemInfo } from '../../src/scaling/system-info.js';

const { facts, readMemoryUsage } = await readSystemInfo();
process.stdout.write(JSON.stringify({ facts, usage: readMemoryUsage() }));
