import { defineConfig } from 'vitest/config'

/** Fast tests share threads; what starts workers, child processes or WebAssembly learners runs in forks of its own. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/{contract,golden,tidy}/**/*.test.ts'],
          exclude: ['**/*.forked.test.ts'],
          pool: 'threads',
          maxWorkers: 2,
          isolate: false,
          // Some tests draw thousands of samples; a busy machine takes its time over them.
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'forked',
          include: ['src/**/*.forked.test.ts', 'test/{e2e,calibration,crash}/**/*.test.ts'],
          pool: 'forks',
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          // Python and databases take their time to start on a busy machine.
          hookTimeout: 120_000,
          globalSetup: ['test/support/build.ts', 'test/support/postgres-run.ts'],
        },
      },
    ],
  },
})
