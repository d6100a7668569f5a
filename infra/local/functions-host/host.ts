import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { hostNames } from '../requestGuard.ts';
import type { LocalFunction } from './bindings.ts';
import { answerCoreRequire, Core } from './core.ts';
import { type HostSettings, readHostJson } from './hostJson.ts';
import { createRunsByName } from './http/admin.ts';
import type { FunctionKeys } from './http/functionKeys.ts';
import { createHandler } from './http/handler.ts';
import { type HttpListeners, listen } from './http/listeners.ts';
import type { Route } from './http/router.ts';
import { loadApp } from './loadApp.ts';
import { createLog, type Log } from './log.ts';
import type { Listener } from './preparedApp.ts';
import { prepareApp } from './preparedApp.ts';
import { DEFAULT_LEASE_MILLISECONDS } from './queue/listener.ts';

export interface HostOptions {
  /** The app's folder, with package.json and host.json. */
  readonly root: string;
  /** 0: any free port. */
  readonly port: number;
  /** Certificate and key in PEM format. */
  readonly tls?: { readonly port: number; readonly cert: string; readonly key: string } | undefined;
  /** Folder for the status of timers; undefined: it is not stored, so no timer is ever past due. */
  readonly dataDir?: string | undefined;
  /** Host names, without port, under which the app can be called besides localhost, 127.0.0.1 and [::1]. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Prints a line for each function. */
  readonly listFunctions?: boolean | undefined;
  readonly functionKeys?: FunctionKeys | undefined;
  /**
   * Creates the queues that functions read, their poison queues and these, as a deployment does. Undefined: no queue is
   * created, as on the platform.
   */
  readonly createQueues?: readonly string[] | undefined;
  /** The app settings; default: `process.env`. WEBSITE_HOSTNAME is added if it is missing. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** How long a received queue message is invisible to others: 10 minutes on the platform. */
  readonly queueLeaseMilliseconds?: number | undefined;
  /**
   * For `DELETE /_local/state`: empties the app's storage and starts another host in place of this one, which has stopped. Undefined:
   * the storage is not to be emptied.
   */
  readonly replace?: (() => Promise<void>) | undefined;
  /** How long `stop` waits for running functions: 10 seconds on the platform. */
  readonly drainMilliseconds?: number | undefined;
}

export interface Host {
  readonly url: string;
  readonly tlsUrl: string | undefined;
  /** The names of the functions, sorted. */
  readonly functions: readonly string[];
  /** Stops the listeners, waits for running functions, then runs the app's `appTerminate` hooks. */
  stop(): Promise<void>;
}

/**
 * Runs the app in `options.root` in this process, which can run one app only, because modules stay loaded.
 *
 * @throws StartError if the app or its settings cannot be run, with one line for each problem
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const root = path.resolve(options.root);
  const settings = await readHostJson(root);
  const log = createLog(settings.minimumLogLevel);
  const http = await listen({ port: options.port, tls: options.tls, log });
  try {
    return await startApp({ ...options, root }, settings, http, log);
  } catch (error) {
    http.closeNow();
    await http.stop();
    throw error;
  }
}

async function startApp(
  options: HostOptions,
  hostSettings: HostSettings,
  http: HttpListeners,
  log: Log,
): Promise<Host> {
  const appSettings = options.env ?? process.env;
  appSettings['WEBSITE_HOSTNAME'] ??= `127.0.0.1:${http.port}`;
  const core = new Core((level, message) => log.user('@azure/functions', level, message));
  answerCoreRequire(core.api);
  await loadApp(core, options.root);

  const queueLeaseMilliseconds = options.queueLeaseMilliseconds ?? DEFAULT_LEASE_MILLISECONDS;
  const { dataDir, createQueues } = options;
  const app = prepareApp(core, { appSettings, hostSettings, dataDir, queueLeaseMilliseconds, createQueues }, log);
  const { functions, routes, invoke } = app;
  const runsByName = createRunsByName(functions, invoke, log);
  const url = `http://127.0.0.1:${http.port}`;
  if (options.listFunctions) for (const line of functionLines(functions, routes, url)) log.info(line);

  const keys = options.functionKeys ?? new Map<string, string>();
  const allowedHosts = hostNames(options.allowedHosts);
  const started = Promise.withResolvers<readonly Listener[]>();
  const { replace } = options;
  let terminated: Promise<void> | undefined;
  const terminate = () => {
    terminated ??= core.runAppHooks('appTerminate', options.root);
    return terminated;
  };
  const resetState = async (response: ServerResponse) => {
    const triggers = await started.promise;
    await Promise.all([http.stop(response), ...triggers.map((listener) => listener.stop())]);
    await terminate();
    await replace?.();
  };
  const runByName = runsByName.run;
  http.serve(createHandler({ routes, keys, allowedHosts, invoke, runByName, resetState: replace && resetState, log }));
  await app.createQueues();
  const triggers = [runsByName, ...(await Promise.all(app.starts.map((start) => start())))];
  started.resolve(triggers);
  return {
    url,
    tlsUrl: http.tlsPort === undefined ? undefined : `https://127.0.0.1:${http.tlsPort}`,
    functions: functions.map(({ name }) => name),
    stop: async () => {
      if (!(await drain([http, ...triggers], options.drainMilliseconds ?? 10_000))) {
        log.error('Running functions did not end in time; their connections are closed.');
      }
      http.closeNow();
      await terminate();
    },
  };
}

/** Stops all listeners at once. @returns false if this takes longer than `milliseconds` */
async function drain(listeners: readonly Listener[], milliseconds: number): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(late.resolve, milliseconds, false);
  const work = Promise.all(listeners.map((listener) => listener.stop())).then(() => true);
  const inTime = await Promise.race([work, late.promise]);
  clearTimeout(timer);
  return inTime;
}

/** Returns a line for each function, as Core Tools prints them: `sendSms: [POST] http://127.0.0.1:7071/sms`. */
function functionLines(functions: readonly LocalFunction[], routes: readonly Route[], url: string): string[] {
  return functions.map(({ name, trigger }) => {
    if (trigger.kind === 'queue') return `${name}: queueTrigger ${trigger.queueName}`;
    if (trigger.kind === 'timer') return `${name}: timerTrigger ${trigger.schedule}`;
    const methods = [...(trigger.methods ?? ['*'])].join(',');
    const template = routes.find((route) => route.target.name === name)?.template ?? '';
    return `${name}: [${methods}] ${url}/${template}`;
  });
}
