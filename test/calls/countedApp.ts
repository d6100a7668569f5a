import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { QueueServiceClient } from '@azure/storage-queue';
import { vi } from 'vitest';
import { type AcsEmulator, startAcsEmulator } from '../../infra/local/acs-emulator/startAcsEmulator.ts';
import { type LocalFunction, readFunctions } from '../../infra/local/functions-host/bindings.ts';
import { readTarget, toRpcRequest } from '../../infra/local/functions-host/http/request.ts';
import {
  compileRoutes,
  findRoute,
  type HttpFunction,
  type Route,
} from '../../infra/local/functions-host/http/router.ts';
import { createInvoke, type Invoke } from '../../infra/local/functions-host/invocation.ts';
import { outputOf, type RpcHttpData } from '../../infra/local/functions-host/rpc.ts';
import { azuriteConnectionString } from '../../infra/local/start/settings.ts';
import { SECRET_TABLE } from '../../shared/secret/serverSecret.ts';
import { importKey, sign } from '../../shared/signing/sign.ts';
import { createStorage } from '../../shared/storage/storage.ts';
import { registerSources } from '../setup/registerSources.ts';
import { type ClientName, TEST_CLIENTS } from '../setup/switchboard.ts';
import { CallCounter, type Calls, type Services } from './callCounter.ts';

/** The app in this process, on an Azurite and an ACS emulator that nothing else uses. */
export interface CountedApp {
  readonly functions: readonly LocalFunction[];
  readonly acs: AcsEmulator;
  /** Counts the calls that `run` causes in storage and at ACS, those of the Functions host included. */
  count(run: () => Promise<unknown>): Promise<Calls>;
  /** Names of the functions that have run while calls were counted. */
  readonly counted: ReadonlySet<string>;
  /** An HTTP request. @throws Error for a status of 400 or more */
  request(request: AppRequest): Promise<unknown>;
  /** Delivers a queue message: the host gets it, runs the function and deletes it. */
  deliver(functionName: string, message: unknown): Promise<void>;
  /** Delivers all visible messages of a function's queue, 16 at a time like the host. @returns their number */
  drain(functionName: string): Promise<number>;
  /** Takes the visible messages of a queue without delivering them. Not counted. */
  take(queue: string): Promise<string[]>;
  runTimer(functionName: string): Promise<void>;
  stop(): Promise<void>;
}

export interface AppRequest {
  readonly method: string;
  readonly target: string;
  readonly body?: unknown;
  readonly key?: string | undefined;
  /** The client that signs; null for a request without a signature. */
  readonly client?: ClientName | null;
}

/** Fixed, so that every run has the same ids and hashes. */
const SECRET = Buffer.alloc(32, 'the secret of the counted app').toString('base64');

/** As many as the host gets at once. @see host.json `batchSize` */
const MESSAGES_OF_A_GET = 16;

/** What the app checks from time to time while it works through a queue, it also checks at the end. */
const CHECK_MILLISECONDS = 1000;

const PORTS = { blob: 0, queue: 0, table: 0 };
const STORAGE_KEY = Buffer.alloc(64, 'counted').toString('base64');

/** @param settings of the app */
export async function startCountedApp(settings: Readonly<Record<string, string>>): Promise<CountedApp> {
  const azurite = await startAzurite();
  const acs = await startAcsEmulator({ clock: () => new Date() });
  const environment = {
    ...{ AzureWebJobsStorage: azurite.connectionString, ACS_CONNECTION_STRING: acs.connectionString },
    ...{ CLIENTS: JSON.stringify(Object.values(TEST_CLIENTS)), ...settings },
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const services: Services = new Map([...azurite.services, [Number(new URL(acs.url).port), 'acs' as const]]);
  const { tables } = createStorage({ kind: 'connection string', connectionString: azurite.connectionString });
  await tables.table(SECRET_TABLE).insert('secret', 'current', { secret: SECRET });
  const counter = new CallCounter(services);
  const loaded = await loadFunctions();
  const { functions } = loaded;
  const counted = new Set<string>();
  const invoke: Invoke = (target, trigger) => {
    if (counter.isCounting) counted.add(target.name);
    return loaded.invoke(target, trigger);
  };
  const queues = QueueServiceClient.fromConnectionString(azurite.connectionString);
  const routes = compileRoutes(functions.filter(isHttp), '');
  const named = (name: string) => {
    const found = functions.find((it) => it.name === name);
    if (!found) throw new Error(`There is no function ${name}.`);
    return found;
  };
  const runMessage = async (target: LocalFunction, text: string) => {
    const metadata = { Id: { string: randomUUID() }, DequeueCount: { int: 1 } };
    await invoke(target, { data: { bytes: Buffer.from(text) }, metadata });
    counter.add('queueDelete');
  };
  const receive = (queue: string) =>
    counter.without(async () => {
      const client = queues.getQueueClient(queue);
      await client.createIfNotExists();
      const { receivedMessageItems } = await client.receiveMessages({ numberOfMessages: MESSAGES_OF_A_GET });
      for (const { messageId, popReceipt } of receivedMessageItems) await client.deleteMessage(messageId, popReceipt);
      return receivedMessageItems.map(({ messageText }) => Buffer.from(messageText, 'base64').toString());
    });
  return {
    functions,
    acs,
    counted,
    count: (run) => counter.count(run),
    request: (request) => respond(invoke, routes, request),
    async deliver(name, message) {
      counter.add('queueGet');
      await runMessage(named(name), JSON.stringify(message));
    },
    async drain(name) {
      const target = named(name);
      const queue = target.trigger.kind === 'queue' ? target.trigger.queueName : '';
      const all: string[] = [];
      for (let texts = await receive(queue); texts.length > 0; texts = await receive(queue)) {
        counter.add('queueGet');
        all.push(...texts);
      }
      for (const [index, text] of all.entries()) {
        if (index === all.length - 1) vi.setSystemTime(Date.now() + CHECK_MILLISECONDS);
        await runMessage(target, text);
      }
      return all.length;
    },
    async take(queue) {
      const all: string[] = [];
      for (let texts = await receive(queue); texts.length > 0; texts = await receive(queue)) all.push(...texts);
      return all;
    },
    async runTimer(name) {
      await invoke(named(name), { data: { json: JSON.stringify({ IsPastDue: false, ScheduleStatus: null }) } });
    },
    async stop() {
      counter.stop();
      vi.unstubAllEnvs();
      await Promise.all([acs.close(), azurite.stop()]);
    },
  };
}

function isHttp(target: LocalFunction): target is HttpFunction {
  return target.trigger.kind === 'http';
}

/** The sources, through the real library. */
async function loadFunctions(): Promise<{ functions: readonly LocalFunction[]; invoke: Invoke }> {
  const core = await registerSources();
  await core.runAppHooks('appStart', resolve('.'));
  core.seal();
  const log = {
    info: () => undefined,
    error: (line: string, cause?: unknown) => console.error(line, cause),
    user: (name: string, level: string, message: string) => {
      if (level === 'error' && !name.startsWith('docs')) console.error(`${name}: ${message}`);
    },
  };
  return { functions: readFunctions(core.functions.values()), invoke: createInvoke(core, log, false) };
}

const HOST = 'localhost:7071';

async function respond(invoke: Invoke, routes: readonly Route[], request: AppRequest): Promise<unknown> {
  const { method, target, body, key, client = 'everything' } = request;
  const path = `${target}${target.includes('?') ? '&' : '?'}api-version=2024-03-15`;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const own = key === undefined ? {} : { 'idempotency-key': key };
  const url = `http://${HOST}${path}`;
  const date = new Date();
  const signature =
    client === null
      ? {}
      : sign({ method, url, body: text, date, headers: own }, importKey(TEST_CLIENTS[client].keys[0]));
  const headers = { ...own, ...signature, 'x-ms-client-request-id': randomUUID(), 'content-type': 'application/json' };
  const read = readTarget('http', HOST, path);
  const match = read && findRoute(routes, method, read.path);
  if (!match) throw new Error(`No function serves ${method} ${path}.`);
  const rawHeaders = Object.entries({ host: HOST, ...headers }).flat();
  const bytes = text === undefined ? undefined : Buffer.from(text);
  const http = toRpcRequest({ method, rawHeaders }, read, match.parameters, bytes);
  const outcome = await invoke(match.target, { data: { http } });
  return answerOf(`${method} ${target}`, outputOf(outcome, match.target.httpOutput)?.http);
}

function answerOf(what: string, http: RpcHttpData | null | undefined): unknown {
  const body = http?.body?.bytes ? Buffer.from(http.body.bytes).toString() : (http?.body?.string ?? '');
  if (Number(http?.statusCode) >= 400) throw new Error(`${what}: ${http?.statusCode} ${body}`);
  return body.startsWith('{') ? JSON.parse(body) : body;
}

/** The real Azurite on free ports, in memory. */
async function startAzurite() {
  const program = createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js');
  const options = ['--inMemoryPersistence', '--skipApiVersionCheck', '--silent', '--disableTelemetry'];
  const child = spawn(
    process.execPath,
    [program, ...options, '--blobPort', '0', '--queuePort', '0', '--tablePort', '0'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, AZURITE_ACCOUNTS: `devstoreaccount1:${STORAGE_KEY}` },
    },
  );
  const exited = once(child, 'exit');
  const ports = { ...PORTS };
  for await (const line of createInterface(child.stdout)) {
    const [, service = '', port] = /(Blob|Queue|Table) service is successfully listening at .*:(\d+)/.exec(line) ?? [];
    if (port !== undefined) ports[service.toLowerCase() as keyof typeof ports] = Number(port);
    if (Object.values(ports).every((it) => it > 0)) break;
  }
  child.stdout.resume();
  return {
    connectionString: azuriteConnectionString(
      { ...ports, acs: 0, acsTls: 0, switchboard: 0, switchboardTls: 0 },
      STORAGE_KEY,
    ),
    services: (['blob', 'queue', 'table'] as const).map((name) => [ports[name], name] as const),
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
