import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import * as z from 'zod';
import { endWithParentFlags } from './parentWatch.mjs';

const report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  success: z.boolean(),
  testResults: z.array(z.object({ name: z.string(), status: z.string(), assertionResults: z.array(z.unknown()) })),
});

/** Problems that no test's own result shows: a file that failed to load, or that did not run at all. */
function silentProblems(results: z.output<typeof report>['testResults'], expected: readonly string[]): string[] {
  const broken = results.filter((it) => it.status === 'failed' && it.assertionResults.length === 0);
  const ran = new Set(results.map(({ name }) => relative('.', name)));
  const absent = expected.filter((file) => !ran.has(file));
  return [
    ...broken.map(({ name }) => `${relative('.', name)} did not load`),
    ...absent.map((it) => `${it} did not run`),
  ];
}

/** The files of a whole run. */
function testFiles(isFull: boolean): string[] {
  return globSync('test/**/*.test.ts').filter((file) => isFull || !file.endsWith('.long.test.ts'));
}

/**
 * Runs Vitest with `args`, and prints the true numbers last: `N passed, N failed`.
 *
 * @returns the exit code
 */
export function runTests(args: readonly string[], isFull: boolean): number {
  const directory = mkdtempSync(join(tmpdir(), 'switchboard-test-'));
  try {
    const output = join(directory, 'report.json');
    // The stacks of the tests start the same programs dozens of times: Node compiles each of their files once.
    const env = { ...process.env, NODE_COMPILE_CACHE: join(directory, 'compiled'), TEST_ALL: isFull ? '1' : '' };
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`];
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args];
    const { status } = spawnSync(process.execPath, [...endWithParentFlags(), ...vitest], { stdio: 'inherit', env });
    const result = report.parse(JSON.parse(readFileSync(output, 'utf8')));
    const problems = silentProblems(result.testResults, args.length === 0 ? testFiles(isFull) : []);
    for (const problem of problems) console.error(problem);
    const failed = result.numFailedTests + problems.length;
    const isGreen = status === 0 && result.success && failed === 0 && result.numPassedTests > 0;
    console.log(`${result.numPassedTests} passed, ${isGreen ? 0 : Math.max(failed, 1)} failed`);
    return isGreen ? 0 : 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
