import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import type { PlantedFault } from './plantedFault.ts';

const report = z.object({
  numPassedTests: z.int(),
  testResults: z.array(
    z.object({
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
      message: z.string(),
    }),
  ),
});

export type TestRun =
  | { readonly kind: 'passed'; readonly tests: number }
  /** `by`: the first test that failed. */
  | { readonly kind: 'failed'; readonly by: string }
  /** No test has failed, but a file did not load, or the tests did not end. */
  | { readonly kind: 'broken'; readonly reason: string };

/** A test that never ends because of a fault is a failure, too. */
const DEADLINE_MINUTES = 10;

/** A copy of the project, whose files may be changed. */
export class Workspace {
  readonly #root = mkdtempSync(join(tmpdir(), 'switchboard-mutants-'));

  constructor() {
    const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    for (const file of new Set(list.split('\0').filter(Boolean))) {
      mkdirSync(dirname(join(this.#root, file)), { recursive: true });
      copyFileSync(file, join(this.#root, file));
    }
    symlinkSync(resolve('node_modules'), join(this.#root, 'node_modules'));
  }

  /** Runs tests with a fault in the code. */
  async withFault({ file, find, replace, tests }: PlantedFault): Promise<TestRun> {
    const path = join(this.#root, file);
    const original = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      original.replace(find, () => replace),
    );
    try {
      return await this.test(tests);
    } finally {
      writeFileSync(path, original);
    }
  }

  /** Runs tests until the first one fails. */
  async test(tests: readonly string[]): Promise<TestRun> {
    const output = join(this.#root, 'mutants-report.json');
    rmSync(output, { force: true });
    const options = ['--bail=1', '--maxWorkers=1', '--reporter=json', `--outputFile.json=${output}`];
    const ended = await this.#vitest([...options, ...tests]);
    return ended ? readReport(output) : { kind: 'failed', by: `no end within ${DEADLINE_MINUTES} minutes` };
  }

  /** @returns false when the tests did not end in time */
  #vitest(args: readonly string[]): Promise<boolean> {
    const child = spawn(process.execPath, [join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...args], {
      cwd: this.#root,
      stdio: 'ignore',
      env: { ...process.env, TEST_ALL: '' },
    });
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    return new Promise((done, fail) => {
      let isLate = false;
      const deadline = setTimeout(() => {
        isLate = true;
        kill();
      }, DEADLINE_MINUTES * 60_000);
      child.once('error', fail);
      child.once('exit', () => {
        clearTimeout(deadline);
        process.removeListener('exit', kill);
        done(!isLate);
      });
    });
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}

function readReport(output: string): TestRun {
  const { testResults, numPassedTests } = report.parse(JSON.parse(readFileSync(output, 'utf8')));
  const failed = testResults.flatMap(({ assertionResults }) => assertionResults).find((it) => it.status === 'failed');
  if (failed) return { kind: 'failed', by: failed.fullName };
  const notLoaded = testResults.find(({ message }) => message !== '');
  if (notLoaded) return { kind: 'broken', reason: notLoaded.message.split('\n')[0] ?? '' };
  return numPassedTests > 0 ? { kind: 'passed', tests: numPassedTests } : { kind: 'broken', reason: 'no test has run' };
}
