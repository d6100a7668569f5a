import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    maxWorkers: 2, // the integration tests wait more than they work
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{unit,rules}/**/*.test.ts'],
          setupFiles: ['test/setup/no-network.ts'],
          // A busy machine is no failure.
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'infra',
          include: ['test/infra/**/*.test.ts'],
          globalSetup: ['test/setup/azure.ts'],
          setupFiles: ['test/setup/no-network.ts'],
          testTimeout: 60_000, // the Bicep CLI on a busy machine
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/{integration,contract,e2e,chaos,security}/**/*.test.ts'],
          globalSetup: ['test/setup/stack.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
