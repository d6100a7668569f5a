// The functions host as a process: `node infra/local/functions-host/main.ts --help`.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { announceReady, onStop } from '../child.ts';
import { type HostOptions, startHost } from './host.ts';
import { parseFunctionKeys } from './http/functionKeys.ts';
import { StartError } from './startError.ts';

const help = `Runs a built functions app on this machine, through @azure/functions.

  --root <folder>           the app: package.json (its "main" is a pattern) and host.json; default: the current folder
  --port <number>           HTTP; 0 takes any free port; default: 7071
  --tls-port <number>       HTTPS; needs --cert and --key
  --cert <file>             PEM certificate
  --key <file>              PEM private key
  --allowed-host <name>     a host name under which the app can be called, besides localhost, 127.0.0.1 and [::1];
                            repeatable
  --drain-seconds <number>  how long running functions can take to finish on stop; default: 10
  --data-dir <folder>       stores the status of timers between starts; default: not stored
  --create-queues           create the queues that functions read, with their poison queues, as a deployment does
  --create-queue <name>     another queue to create; repeatable
  --replaceable             allow DELETE /_local/state: on the message { replace: true }, the parent process empties the app's
                            storage, starts another host, and sends { replaced: true } or { problem: '…' }
  --list-functions          print a line for each function
  --function-key name=value a key for functions that are not anonymous; repeatable; _master is valid for all.
                            Also read from the environment: AzureFunctionsLocalKeys=name=value,name=value
  --help
`;

const flags = {
  root: { type: 'string', default: process.cwd() },
  port: { type: 'string', default: '7071' },
  'tls-port': { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  'allowed-host': { type: 'string', multiple: true, default: [] as string[] },
  'drain-seconds': { type: 'string', default: '10' },
  'data-dir': { type: 'string' },
  'create-queues': { type: 'boolean', default: false },
  'create-queue': { type: 'string', multiple: true, default: [] as string[] },
  replaceable: { type: 'boolean', default: false },
  'list-functions': { type: 'boolean', default: false },
  'function-key': { type: 'string', multiple: true, default: [] as string[] },
  help: { type: 'boolean', default: false },
} as const;

function readFlags() {
  try {
    return parseArgs({ options: flags }).values;
  } catch (error) {
    throw new StartError((error as Error).message, { cause: error });
  }
}

type Flags = ReturnType<typeof readFlags>;

async function readOptions(values: Flags): Promise<HostOptions> {
  const fromEnvironment = (process.env['AzureFunctionsLocalKeys'] ?? '').split(',');
  return {
    root: values.root,
    port: readPort('--port', values.port),
    tls: await readTls(values),
    allowedHosts: values['allowed-host'],
    drainMilliseconds: readSeconds('--drain-seconds', values['drain-seconds']) * 1000,
    dataDir: values['data-dir'],
    createQueues: values['create-queues'] ? values['create-queue'] : undefined,
    replace: values.replaceable && process.send ? replaceByParent : undefined,
    listFunctions: values['list-functions'],
    functionKeys: parseFunctionKeys([...fromEnvironment, ...values['function-key']]),
  };
}

/** Ends this process once the response of the request that caused it has been sent. @throws Error with the parent's problem */
async function replaceByParent(): Promise<void> {
  const answered = once(process, 'message');
  process.send?.({ replace: true });
  const [answer] = await answered;
  process.emit('SIGTERM', 'SIGTERM');
  const { problem } = answer as { readonly problem?: string };
  if (problem !== undefined) throw new Error(problem);
}

async function readTls({ 'tls-port': port, cert, key }: Flags): Promise<HostOptions['tls']> {
  if (port === undefined && cert === undefined && key === undefined) return undefined;
  if (port === undefined || !cert || !key)
    throw new StartError('--tls-port, --cert and --key are only valid together.');
  return { port: readPort('--tls-port', port), cert: await readPem('--cert', cert), key: await readPem('--key', key) };
}

async function readPem(flag: string, file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: Error) => {
    throw new StartError(`${flag}: ${error.message}`, { cause: error });
  });
}

function readPort(flag: string, text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new StartError(`${flag} is a number from 0 to 65535, not ${text}.`);
}

function readSeconds(flag: string, text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new StartError(`${flag} is a number from 0 to 999, not ${text}.`);
}

async function main(): Promise<void> {
  const values = readFlags();
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const host = await startHost(await readOptions(values));
  onStop(() => host.stop());
  announceReady({ url: host.url, tlsUrl: host.tlsUrl, functions: host.functions });
}

try {
  await main();
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  process.exit(1);
}
