import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/built.ts',
    setupFiles: 'test/closing.ts',
    // No test mocks a module: files can share what they load, and the threads in which the program is warm.
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Most tests wait for a program that they started: more of them than cores keeps the cores busy.
    maxWorkers: 4,
  },
});
