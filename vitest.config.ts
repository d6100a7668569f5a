import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { isFullRun } from './test/setup/effort.ts';
import { LongestFirst } from './test/setup/longestFirst.ts';
import { testSeed } from './test/setup/random.ts';

// `npm test` runs the unit project on every core, then those that wait together, then the others one after the other.
// `npm run test:all` adds the long tests.

/** These change what a whole process shares (module loading, the telemetry of the process, its settings). */
const OWN_PROCESS = [
  'test/rules/**/*.test.ts',
  'test/unit/telemetry/**/*.test.ts',
  'test/unit/functions/system/**/*.test.ts',
  'test/unit/local/functions-host/invocation.test.ts',
  'test/unit/operation/{registration,tracing,runWorker,runtime.secret}.test.ts',
];

/** These take a minute or more. */
const LONG = ['test/**/*.long.test.ts'];

/** Of these, the ones that keep every core busy: others beside them would miss their deadlines. */
const HEAVY = ['test/{simulation,chaos,bench}/**/*.long.test.ts'];

// Printed once, and inherited by the workers. fast-check prints its own seeds.
testSeed();

const NO_NETWORK = ['test/setup/noNetwork.ts'];
const FILE_SEED = ['test/setup/fileSeed.ts'];

/** A slow machine is not a failure. */
const PATIENCE = { testTimeout: 120_000, hookTimeout: 120_000 };

/** Integration tests mostly wait: for timers, back-offs and processes that start. */
const WAITING = { maxWorkers: 3 * availableParallelism(), sequence: { groupOrder: 1 } };

/** One after the other, once all others have ended. */
const ALONE = { maxWorkers: 1, sequence: { groupOrder: 2 } };

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          exclude: OWN_PROCESS,
          setupFiles: NO_NETWORK,
          // A process for each core, not for each file: these share nothing but modules without state.
          isolate: false,
          maxWorkers: availableParallelism(),
          ...PATIENCE,
        },
      },
      { test: { name: 'rules', include: OWN_PROCESS, setupFiles: NO_NETWORK, ...WAITING, ...PATIENCE } },
      {
        test: {
          name: 'infra',
          include: ['test/infra/**/*.test.ts'],
          globalSetup: ['test/setup/azure.ts'],
          setupFiles: NO_NETWORK,
          ...WAITING,
          ...PATIENCE,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/{integration,contract,e2e,security}/**/*.test.ts'],
          exclude: LONG,
          globalSetup: ['test/setup/sharedStack.ts'],
          setupFiles: FILE_SEED,
          ...WAITING,
          ...PATIENCE,
        },
      },
      // On an Azurite and an emulator of their own.
      { test: { name: 'calls', include: ['test/calls/**/*.test.ts'], setupFiles: FILE_SEED, ...ALONE, ...PATIENCE } },
      ...(isFullRun
        ? [
            { test: { name: 'long', include: LONG, exclude: HEAVY, setupFiles: FILE_SEED, ...WAITING, ...PATIENCE } },
            { test: { name: 'heavy', include: HEAVY, setupFiles: FILE_SEED, ...ALONE, ...PATIENCE } },
          ]
        : []),
    ],
  },
});
