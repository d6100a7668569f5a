#!/usr/bin/env node
// The program of the npm package: `switchboard <command>`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS, type CommandName, isHelp, rowOf } from '../toolchain/command.ts';
import { ROOT } from '../toolchain/installation.ts';

/** Each program reads its own arguments. The functions need a newer Node than the rest of the package. */
const PROGRAMS = {
  start: { load: () => import('./start.ts'), needsNode22: true },
  call: { load: () => import('./call.ts') },
  batch: { load: () => import('./batch.ts') },
  doctor: { load: () => import('../operator/doctor.ts'), needsNode22: true },
  emulator: { load: () => import('./emulator.ts') },
} satisfies Partial<Record<CommandName, Program>>;

interface Program {
  readonly load: () => Promise<unknown>;
  readonly needsNode22?: true;
}

type Name = keyof typeof PROGRAMS;

const NAMES = Object.keys(PROGRAMS) as Name[];

const USAGE_EXIT_CODE = 2;

const [first, ...rest] = process.argv.slice(2);
const name = NAMES.find((it) => it === first);
if (name !== undefined) {
  process.argv = [...process.argv.slice(0, 2), ...rest];
  await run(name);
} else if (first === '--version' || first === '-v') {
  console.log(version());
} else if (first === '--help' || first === '-h' || first === 'help') {
  console.log(help());
} else {
  if (first !== undefined) console.error(`Unknown command '${first}'.\n`);
  console.error(help());
  process.exitCode = USAGE_EXIT_CODE;
}

async function run(command: Name): Promise<void> {
  const { load, needsNode22 }: Program = PROGRAMS[command];
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (!needsNode22 || major >= 22 || rest.some(isHelp)) {
    await load();
    return;
  }
  console.error(
    `switchboard ${command} needs Node 22 or later; this is Node ${process.version}. For this folder alone: npm install --save-dev node@24`,
  );
  process.exitCode = 1;
}

function help(): string {
  return [
    `Switchboard ${version()}, a front door to Azure Communication Services.`,
    '',
    ...NAMES.map((it) => rowOf(`switchboard ${it}`, COMMANDS[it])),
    '',
    'Each command has --help. `npx switchboard` runs the version that is installed in this folder.',
  ].join('\n');
}

function version(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}
