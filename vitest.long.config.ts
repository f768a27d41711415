import { defineConfig } from 'vitest/config';

/** A file for a report in JSON beside what is printed; continuous integration counts tests by it. */
const reportFile = process.env['TEST_REPORT'];

/**
 * Tests that repeat a danger often enough to be believed; minutes, not seconds. Each prints the seed it was run with.
 * One file at a time: they kill at random moments and watch memory, which others must not disturb.
 */
export default defineConfig({
  test: {
    name: 'long',
    include: ['test/long/**/*.test.ts'],
    testTimeout: 900_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    reporters: reportFile ? ['default', ['json', { outputFile: reportFile }]] : ['default'],
  },
});
