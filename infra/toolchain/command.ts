import { parseArgs } from 'node:util';
import { commandText } from './installation.ts';

/** Every npm script, each with the line that `npm run help` and its own `--help` print. */
export const COMMANDS = {
  help: 'Lists these commands.',
  start: 'Runs Switchboard, its storage and an ACS emulator on this machine.',
  'start:func': 'Does the same with the functions under Azure Functions Core Tools, if they are installed.',
  call: 'Signs one request, sends it to Switchboard and prints the response.',
  batch: 'Submits a file of SMS recipients and shows its progress.',
  emulator: 'Runs the ACS emulator alone.',
  doctor: 'Checks a Switchboard, or a refused signature, and says how to fix what is wrong.',
  operator: "Cancels a client's batches; exports or erases what is stored about a person.",
  drill: 'Rotates all keys on this machine while calls continue, and counts failed calls.',
  test: 'Runs all tests except the long ones.',
  'test:all': 'Runs all tests, and random tests with more inputs.',
  'test:mutants': 'Plants faults in the code, one at a time, and checks that tests catch each.',
  check: 'Checks types, format and lint.',
  format: 'Formats all files and fixes what the linter can fix.',
  generate: 'Writes the sections of documentation and code that follow from the declared functions.',
  build: 'Bundles the functions, the API viewer and the exports of the npm package into dist/.',
  prepack: 'Builds in dist/ what npm pack puts into the npm package; npm pack runs it itself.',
  package: 'Builds the deployment package, .package/ and acs-switchboard.zip, with its SBOM.',
  'infra:check': 'Compiles and lints the Bicep templates, and compares them with the reviewed snapshots.',
  bench: 'Measures performance and prints the figures as JSON.',
  chaos: 'Sends a batch of 10,000 messages while the functions process is killed again and again.',
  simulate: 'Runs the real code in a simulated world, on virtual time, with faults drawn from a seed.',
} as const;

export type CommandName = keyof typeof COMMANDS;

interface Option {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  readonly default?: string | boolean | string[];
  /** What stands for the value in the usage, e.g. `<file>`. */
  readonly value?: string;
  readonly description: string;
}

type Options = Readonly<Record<string, Option>>;

export interface CommandLine<Declared extends Options> {
  readonly values: ReturnType<typeof parseArgs<{ options: Declared }>>['values'];
  readonly positionals: readonly string[];
}

/** What a command accepts, and what its `--help` prints. */
export interface CommandDeclaration<Declared extends Options> {
  readonly name: CommandName;
  /** Forms of the command line after the command's name, e.g. `<file> [options]`. */
  readonly usage?: readonly string[];
  /** What `--help` prints below the line of {@link COMMANDS}. */
  readonly details?: string;
  /** Positional arguments with their descriptions. Without any, they are refused. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly options?: Declared;
  /** Hands all arguments to `run` unparsed, because another program interprets them. */
  readonly isWrapper?: boolean;
  /** What `--help` prints below the options. */
  readonly notes?: string;
  /** Exit code after an error: 1 unless the command uses 1 for a result. */
  readonly errorExitCode?: number;
}

export interface Command<Declared extends Options> extends CommandDeclaration<Declared> {
  /**
   * Loads what it needs itself, so that `--help` works at once and before packages are installed.
   *
   * @returns the exit code, or `incomplete` if arguments are missing: the usage is printed then
   * @throws Error with a message for the user
   */
  run(commandLine: CommandLine<Declared>): Promise<number | 'incomplete'> | number | 'incomplete';
}

const INCOMPLETE_EXIT_CODE = 2;

/** Runs a command with the arguments of this process, or prints its usage. @returns the exit code */
export async function runCommand<const Declared extends Options>(
  command: Command<Declared>,
  args: readonly string[] = process.argv.slice(2),
): Promise<number> {
  try {
    const commandLine = parseCommandLine(command, args);
    const exitCode = commandLine === 'help' ? 0 : await command.run(commandLine);
    if (commandLine !== 'help' && exitCode !== 'incomplete') return exitCode;
    if (exitCode === 'incomplete') console.error('Arguments are missing.\n');
    process.stdout.write(usageOf(command));
    return exitCode === 'incomplete' ? INCOMPLETE_EXIT_CODE : 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return command.errorExitCode ?? 1;
  }
}

/** @throws Error with one line that names what is wrong and points to `--help` */
export function parseCommandLine<const Declared extends Options>(
  { name, options, parameters, isWrapper }: CommandDeclaration<Declared>,
  args: readonly string[],
): CommandLine<Declared> | 'help' {
  if (isWrapper) return args.some(isHelp) ? 'help' : { values: {} as never, positionals: args };
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...(options as Declared), help: { type: 'boolean', short: 'h' } },
      allowPositionals: parameters !== undefined,
    });
    if ('help' in values) return 'help';
    return { values: values as CommandLine<Declared>['values'], positionals };
  } catch (error) {
    // Node's message continues with advice about positional arguments.
    const [problem] = (error as Error).message.split(/\.\s/);
    throw new Error(`${problem}. See ${commandText(name, '--help')}`, { cause: error });
  }
}

export function isHelp(argument: string): boolean {
  return argument === '--help' || argument === '-h';
}

/** What `--help` prints. */
export function usageOf<Declared extends Options>(command: CommandDeclaration<Declared>): string {
  const { name, usage = [''], details, parameters = {}, options = {}, notes } = command;
  const optionRows = Object.entries({ ...options, help: { description: 'show this help' } }).map(
    ([option, { value, description }]: [string, Pick<Option, 'value' | 'description'>]) =>
      [`--${option}${value === undefined ? '' : ` ${value}`}`, description] as const,
  );
  const rows = [...Object.entries(parameters), ...optionRows];
  const sections = [
    usage.map((form) => commandText(name, form)).join('\n'),
    COMMANDS[name],
    details,
    rows.map(([term, description]) => rowOf(term, description)).join('\n'),
    notes,
  ];
  return `${sections.filter((section) => section !== undefined).join('\n\n')}\n`;
}

/** Columns before the descriptions. */
const INDENT = 28;

/** Columns of the descriptions. */
const WIDTH = 90;

/** A term and its description, wrapped into the second column. Line breaks in the description are kept. */
export function rowOf(term: string, description: string): string {
  const lines = description.split('\n').flatMap(wrap);
  const margin = ' '.repeat(INDENT);
  const start = term.length > INDENT - 4 ? `  ${term}\n${margin}` : `  ${term.padEnd(INDENT - 2)}`;
  return start + lines.join(`\n${margin}`);
}

function wrap(paragraph: string): string[] {
  const [first = '', ...words] = paragraph.split(' ');
  const lines: string[] = [];
  let line = first;
  for (const word of words) {
    if (line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line += ` ${word}`;
  }
  return [...lines, line];
}
