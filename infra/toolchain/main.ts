// The npm scripts for maintainers: `node infra/toolchain/run.mjs infra/toolchain/main.ts <command>`.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { COMMANDS, type CommandName, rowOf, runCommand } from './command.ts';
import { commandText } from './installation.ts';

const BIOME = 'node_modules/@biomejs/biome/bin/biome';

const TSC = 'node_modules/typescript/bin/tsc';

const CHECKS = [
  ['types', [TSC, '--noEmit', '--project', '.']],
  ["types of the emulator's page", [TSC, '--noEmit', '--project', 'infra/local/acs-emulator/page']],
  ['types of the page at /docs', [TSC, '--noEmit', '--project', 'shared/docs/page']],
  ['format and lint', [BIOME, 'ci', '--error-on-warnings', '.']],
] as const;

/** Runs a command with arguments. @returns the exit code */
type Run = (args: readonly string[]) => Promise<number>;

const help: Run = (args) =>
  runCommand(
    {
      name: 'help',
      run() {
        for (const [name, summary] of Object.entries(COMMANDS)) console.log(rowOf(commandText(name), summary));
        console.log('\nOptions follow two dashes: npm run call -- --help');
        return 0;
      },
    },
    args,
  );

function test(name: 'test' | 'test:all'): Run {
  const command = {
    name,
    usage: ['[file or folder …] [Vitest options]'],
    details: "The last line of the output is 'N passed, N failed'.",
    isWrapper: true,
    async run({ positionals }: { readonly positionals: readonly string[] }) {
      const { runTests } = await import('./runTests.ts');
      return runTests(positionals, name === 'test:all');
    },
  };
  return (args) => runCommand(command, args);
}

const check: Run = (args) =>
  runCommand(
    {
      name: 'check',
      run() {
        const failed = CHECKS.filter(([title, command]) => {
          console.log(`Checking ${title} …`);
          return spawnSync(process.execPath, command, { stdio: 'inherit' }).status !== 0;
        });
        if (failed.length === 0) return 0;
        throw new Error(`Failed: ${failed.map(([title]) => title).join(', ')}`);
      },
    },
    args,
  );

const format: Run = (args) =>
  runCommand(
    {
      name: 'format',
      run: () => spawnSync(process.execPath, [BIOME, 'check', '--write', '.'], { stdio: 'inherit' }).status ?? 1,
    },
    args,
  );

const generate: Run = (args) =>
  runCommand(
    {
      name: 'generate',
      async run() {
        const { GENERATED, generateSections, withSections } = await import('./generatedSections.ts');
        const sections = await generateSections();
        for (const file of globSync([...GENERATED])) {
          const page = readFileSync(file, 'utf8');
          const fresh = withSections(page, sections);
          if (fresh === page) continue;
          writeFileSync(file, fresh);
          console.log(`Updated ${file}`);
        }
        return 0;
      },
    },
    args,
  );

const build: Run = (args) =>
  runCommand(
    {
      name: 'build',
      async run() {
        const { buildDocs, buildFunctions, buildOutboxPage } = await import('./bundle.ts');
        const { buildExports } = await import('./npmPackage.ts');
        rmSync('dist', { recursive: true, force: true });
        await Promise.all([buildFunctions(), buildDocs(), buildOutboxPage(), buildExports()]);
        console.log('Built dist/.');
        return 0;
      },
    },
    args,
  );

const prepack: Run = (args) =>
  runCommand(
    {
      name: 'prepack',
      async run() {
        const { buildNpmPackage } = await import('./npmPackage.ts');
        await buildNpmPackage();
        return 0;
      },
    },
    args,
  );

const buildPackage: Run = (args) =>
  runCommand(
    {
      name: 'package',
      async run() {
        const { writeDeploymentPackage } = await import('./deploymentPackage.ts');
        const sizeBytes = await writeDeploymentPackage();
        console.log(
          `Packaged the functions into .package/ and acs-switchboard.zip (${Math.round(sizeBytes / 1024)} KB), described by acs-switchboard.cdx.json.`,
        );
        return 0;
      },
    },
    args,
  );

const checkInfrastructure: Run = (args) =>
  runCommand(
    {
      name: 'infra:check',
      usage: ['[options]'],
      details: 'Uses the Bicep CLI on PATH, or downloads it if the .NET SDK is installed.',
      options: {
        strict: { type: 'boolean', default: false, description: 'also fail if an API version has become old' },
        update: { type: 'boolean', default: false, description: 'write the snapshots again, for review' },
      },
      async run({ values }) {
        const { checkTemplates } = await import('./templates.ts');
        checkTemplates({ isStrict: values.strict, isUpdate: values.update });
        return 0;
      },
    },
    args,
  );

const RUNS: Partial<Record<CommandName, Run>> = {
  help,
  test: test('test'),
  'test:all': test('test:all'),
  check,
  format,
  generate,
  build,
  prepack,
  package: buildPackage,
  'infra:check': checkInfrastructure,
};

const [name, ...args] = process.argv.slice(2);
const run = Object.entries(RUNS).find(([command]) => command === name)?.[1] ?? help;
process.exitCode = await run(args);
