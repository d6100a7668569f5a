// Finds the Bicep CLI on this machine, or downloads it from NuGet.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const VERSION = '0.49.2';

const SYSTEM = { linux: 'linux', darwin: 'osx', win32: 'win' }[process.platform as string];
const PACKAGE = `Azure.Bicep.CommandLine.${SYSTEM}-${process.arch}`;
const CACHE = resolve('node_modules/.cache/bicep');
const OBTAINED = join(
  ...[CACHE, PACKAGE.toLowerCase(), VERSION, 'tools'],
  process.platform === 'win32' ? 'bicep.exe' : 'bicep',
);

/** Returns the downloaded CLI, else the one on PATH if it is recent enough, else undefined. */
export function findBicep(): string | undefined {
  return [OBTAINED, 'bicep'].find((command) => {
    const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
    const version = /(?<!\d)\d+\.\d+\.\d+/.exec(stdout ?? '')?.[0] ?? '0';
    return version.localeCompare(VERSION, 'en', { numeric: true }) >= 0;
  });
}

/** A project that builds nothing: restoring it downloads one package, from the NuGet sources of this machine. */
const PROJECT = `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net$(BundledNETCoreAppTargetFrameworkVersion)</TargetFramework>
  </PropertyGroup>
  <ItemGroup>
    <PackageDownload Include="${PACKAGE}" Version="[${VERSION}]" />
  </ItemGroup>
</Project>
`;

/**
 * Downloads the CLI with the .NET SDK and keeps it.
 *
 * @throws Error if the .NET SDK is missing or its restore fails
 */
export function obtainBicep(): string {
  if (spawnSync('dotnet', ['--version']).status !== 0) {
    throw new Error(
      `There is neither bicep (${VERSION} or later) nor dotnet on PATH. Install the Bicep CLI (https://aka.ms/bicep-install), or a .NET SDK, with which it is obtained from NuGet.`,
    );
  }
  console.log(`Obtaining ${PACKAGE} ${VERSION} from NuGet …`);
  const directory = mkdtempSync(join(tmpdir(), 'switchboard-bicep-'));
  try {
    const project = join(directory, 'bicep.csproj');
    writeFileSync(project, PROJECT);
    const restore = spawnSync('dotnet', ['restore', project, '--packages', CACHE], { encoding: 'utf8' });
    if (restore.status !== 0)
      throw new Error(`Cannot obtain ${PACKAGE} ${VERSION}:\n${restore.stdout}${restore.stderr}`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  if (!existsSync(OBTAINED)) throw new Error(`${PACKAGE} ${VERSION} has no ${OBTAINED}`);
  chmodSync(OBTAINED, 0o755); // NuGet keeps no modes
  return OBTAINED;
}

export interface BicepRun {
  /** Working directory; this process's own by default. */
  readonly directory?: string;
  /** azd variables: everything that a parameters file reads from the environment. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface BicepOutput {
  readonly text: string;
  /** Findings that depend on today's date: an API version becomes "too old" without any change to the templates. */
  readonly outdated: readonly string[];
}

const DATED_RULE = ' use-recent-api-versions: ';

/**
 * Runs the CLI.
 *
 * @throws Error with every diagnostic, warnings included, apart from those in {@link BicepOutput.outdated}
 */
export function runBicep(bicep: string, args: readonly string[], { directory, variables }: BicepRun = {}): BicepOutput {
  const { status, stdout, stderr, error } = spawnSync(bicep, args, {
    encoding: 'utf8',
    cwd: directory ?? '.',
    env: { ...environmentWithoutAzd(), ...variables },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  const diagnostics = stderr.split('\n').filter((line) => line.trim() !== '');
  const outdated = diagnostics.filter((line) => line.includes(DATED_RULE));
  if (status !== 0 || diagnostics.length > outdated.length) {
    const reason = diagnostics.filter((line) => !outdated.includes(line)).join('\n');
    throw new Error([reason || `bicep ${args[0]} ended with ${status}`, stdout].join('\n').trim());
  }
  return { text: stdout, outdated };
}

/** The azd variables that the parameters file reads. */
export function azdVariables(): readonly string[] {
  const text = readFileSync('infra/main.bicepparam', 'utf8');
  return [...text.matchAll(/readEnvironmentVariable\('(\w+)'/g)].map(([, name = '']) => name);
}

/** Without azd variables of this shell, which must not influence the check. */
function environmentWithoutAzd(): NodeJS.ProcessEnv {
  const azd = new Set(azdVariables());
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !azd.has(name)));
}

/** Calls `use` with a copy of the templates into which the CLI may write. */
export function withTemplates<Result>(use: (directory: string) => Result): Result {
  const directory = mkdtempSync(join(tmpdir(), 'switchboard-infra-'));
  try {
    for (const file of globSync(TEMPLATES, { cwd: 'infra' })) {
      mkdirSync(dirname(join(directory, file)), { recursive: true });
      copyFileSync(join('infra', file), join(directory, file));
    }
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export const TEMPLATES = ['*.bicep', '*.bicepparam', 'bicepconfig.json', 'modules/*'];
