// The commands of the npm package: `switchboard <command>`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS, type CommandName, rowOf } from '../toolchain/command.ts';
import { ROOT } from '../toolchain/installation.ts';

/** Each program reads its own arguments. */
const PROGRAMS = {
  start: () => import('./start.ts'),
  call: () => import('./call.ts'),
  batch: () => import('./batch.ts'),
  doctor: () => import('../operator/doctor.ts'),
  emulator: () => import('./emulator.ts'),
} satisfies Partial<Record<CommandName, () => Promise<unknown>>>;

type Name = keyof typeof PROGRAMS;

const NAMES = Object.keys(PROGRAMS) as Name[];

const USAGE_EXIT_CODE = 2;

/** The number of wrong letters from which a name is no longer a typing error. */
const FAR = 3;

const [first, ...rest] = process.argv.slice(2);
const name = NAMES.find((it) => it === first);
if (name !== undefined) {
  process.argv = [...process.argv.slice(0, 2), ...rest];
  await PROGRAMS[name]();
} else if (first === '--version' || first === '-v') {
  console.log(version());
} else if (first === '--help' || first === '-h' || first === 'help') {
  console.log(help());
} else {
  if (first !== undefined) console.error(`Unknown command '${first}'.${suggestion(first)}\n`);
  console.error(help());
  process.exitCode = USAGE_EXIT_CODE;
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

function suggestion(typed: string): string {
  const distances = NAMES.map((it) => [it, it.startsWith(typed) && typed !== '' ? 1 : distance(typed, it)] as const);
  const [nearest, far] = distances.reduce((best, it) => (it[1] < best[1] ? it : best));
  return far < FAR ? ` Did you mean '${nearest}'?` : '';
}

/** Levenshtein distance. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, wanted] of [...other].entries()) {
      next.push(Math.min((row[j] ?? 0) + (letter === wanted ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
