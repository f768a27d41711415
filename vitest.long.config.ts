import { defineConfig } from 'vitest/config';

/** Tests that repeat a danger often enough to be believed; minutes, not seconds. Each prints the seed it was run with. */
export default defineConfig({
  test: { name: 'long', include: ['test/long/**/*.test.ts'], testTimeout: 900_000, hookTimeout: 120_000 },
});
