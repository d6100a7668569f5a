// The one place that knows in which of two forms the commands run: from the sources of the repository, or bundled in the npm
// package, which has neither sources nor their dependencies.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Defined by the bundler of the npm package only. */
declare const IN_NPM_PACKAGE: true | undefined;

const isPackaged = typeof IN_NPM_PACKAGE !== 'undefined';

/** The folder of the repository or of the installed package. */
export const ROOT = folderOfPackage(import.meta.dirname);

function folderOfPackage(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : folderOfPackage(dirname(folder));
}

/** The app settings on this machine; the environment overrides them. */
export const SETTINGS_FILE = join(ROOT, 'local.settings.json');

/** How users run a command. @param args e.g. `GET /usage` */
export function commandText(name: string, args = ''): string {
  if (isPackaged) return `npx switchboard ${name} ${args}`.trimEnd();
  const script = name === 'start' || name === 'test' ? `npm ${name}` : `npm run ${name}`;
  return args === '' ? script : `${script} -- ${args}`;
}

/** Node 22 warns that it runs TypeScript and finds files by pattern, which does not concern our users. */
export const QUIET = '--disable-warning=ExperimentalWarning';

/** Returns the arguments with which Node runs a program of ours. */
export function program(name: 'azurite' | 'emulator'): readonly string[] {
  return [QUIET, join(ROOT, isPackaged ? `dist/cli/${name}.js` : `infra/local/${name}.ts`)];
}

/** The functions, bundled. */
export interface App {
  /** The folder with host.json, and with package.json, whose `main` names the functions. */
  readonly root: string;
  /** The program that runs them. */
  readonly host: string;
}

/**
 * Bundles the functions, their page and their host, unless they are installed in that form.
 *
 * @param directory for the host
 * @throws Error if Azurite is not installed, which is optional for users of the npm package
 */
export async function prepareApp(directory: string): Promise<App> {
  requireAzurite();
  let host = join(ROOT, 'dist/cli/functionsHost.js');
  // Spelled out, so that the bundler removes this branch, and with it itself, from the npm package.
  if (typeof IN_NPM_PACKAGE === 'undefined') {
    const { buildDocs, buildFunctions, buildFunctionsHost } = await import('./bundle.ts');
    host = join(directory, 'functions-host.mjs');
    await Promise.all([buildFunctions(), buildDocs(), buildFunctionsHost(host)]);
  }
  return { root: ROOT, host };
}

/**
 * Returns the folder with the files of the emulator's page, which are built here unless they are installed.
 */
export async function outboxPageFolder(): Promise<string> {
  const folder = join(ROOT, 'dist/outbox');
  if (typeof IN_NPM_PACKAGE === 'undefined') {
    const { buildOutboxPage } = await import('./bundle.ts');
    await buildOutboxPage(folder);
  }
  return folder;
}

function requireAzurite(): void {
  try {
    createRequire(import.meta.url).resolve('azurite/package.json');
  } catch (error) {
    const { peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      peerDependencies: { azurite: string };
    };
    throw new Error(
      `${commandText('start')} needs Azurite, which stores its data. Install it beside acs-switchboard: npm install --save-dev azurite@${peerDependencies.azurite}`,
      { cause: error },
    );
  }
}
