import { defineConfig } from 'vitest/config';

/** A file for a report in JSON beside what is printed; continuous integration counts tests by it. */
const reportFile = process.env['TEST_REPORT'];

/**
 * Three speeds, one after the other: unit tests touch no thread or process; integration tests use real parts; e2e tests
 * run the built program, one at a time, because they measure times and memory and each uses all cores by itself.
 */
export default defineConfig({
  test: {
    reporters: reportFile ? ['default', ['json', { outputFile: reportFile }]] : ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/architecture.test.ts'],
          testTimeout: 10_000,
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
