// The Bicep CLI: found on this machine, or obtained from NuGet.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

/** The CLI obtained before, else the one on PATH if it is not older than that, else undefined. */
export function findBicep(): string | undefined {
  return [OBTAINED, 'bicep'].find((command) => {
    const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
    const version = /\d+\.\d+\.\d+/.exec(stdout ?? '')?.[0] ?? '0';
    return version.localeCompare(VERSION, 'en', { numeric: true }) >= 0;
  });
}

/** A project that builds nothing: restoring it downloads one package, from wherever this machine's NuGet takes them. */
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
 * Downloads the CLI with the .NET SDK and keeps it for later.
 *
 * @throws Error where there is no .NET SDK, or its restore fails
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
  /** Directory to run in; this one by default. */
  readonly directory?: string;
  /** What a parameters file reads, besides the environment. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Runs the CLI and answers what it printed. @throws Error with its diagnostics, of which a warning is one too */
export function runBicep(bicep: string, args: readonly string[], { directory, variables }: BicepRun = {}): string {
  const { status, stdout, stderr, error } = spawnSync(bicep, args, {
    encoding: 'utf8',
    cwd: directory ?? '.',
    env: { ...process.env, ...variables },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  if (status !== 0 || stderr.trim() !== '') throw new Error(stderr.trim() || `bicep ${args[0]} ended with ${status}`);
  return stdout;
}

/** Runs `use` on a copy of the templates, in which the CLI may write. */
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
