import { defineConfig } from 'vitest/config';

// Suites that start processes, browsers or brokers say so in their file name (`*.process.test.ts`) and get more time;
// no assertion anywhere depends on how fast the machine is.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default'],
  },
});
