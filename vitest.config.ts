import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    alias: {
      'crashboard/vitest': new URL('src/vitest/index.ts', import.meta.url).pathname,
      crashboard: new URL('src/index.ts', import.meta.url).pathname,
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    // Most tests start real processes; two cores serve two of them at a time.
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
