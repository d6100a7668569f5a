import type { AppSettings } from './app-settings.ts';
import { type LocalFunction, readFunctions } from './bindings.ts';
import type { Core } from './core.ts';
import type { HostSettings } from './hostjson.ts';
import { compileRoutes, type HttpFunction, type Route } from './http/router.ts';
import { createInvoke, type Invoke } from './invocation.ts';
import type { Log } from './log.ts';
import { createOpenQueue } from './queue/client.ts';
import { queuesToCreate } from './queue/create.ts';
import { sendOutputs } from './queue/output.ts';
import { mapOrRefuse, StartError } from './start-error.ts';
import { createStatusStore } from './timer/status.ts';
import { prepareListener, prepareOutputs, type StartListener } from './triggers.ts';

/** A loaded app, checked and ready to be started. */
export interface PreparedApp {
  readonly functions: readonly LocalFunction[];
  readonly routes: readonly Route[];
  readonly invoke: Invoke;
  readonly starts: readonly StartListener[];
  /** Creates the queues that a deployment of the app has. @throws StartError when storage refuses */
  readonly createQueues: () => Promise<void>;
}

export interface AppOptions {
  readonly appSettings: AppSettings;
  readonly hostSettings: HostSettings;
  readonly dataDir: string | undefined;
  readonly queueLeaseMilliseconds: number;
  /** Queues to create beside those that functions read; undefined: none at all is created. */
  readonly createQueues: readonly string[] | undefined;
}

/** @throws StartError with one line for each problem */
export function prepareApp(core: Core, options: AppOptions, log: Log): PreparedApp {
  const { queues, routePrefix, recordsTraces } = options.hostSettings;
  const functions = readFunctions(core.functions.values());
  const routes = compileRoutes(functions.filter(isHttp), routePrefix);
  const queueParts = { settings: options.appSettings, openQueue: createOpenQueue() };
  const outputs = new Map(mapOrRefuse(functions, (target) => [target, prepareOutputs(target, queueParts)]));
  const call = createInvoke(core, log, recordsTraces);
  const invoke: Invoke = async (target, trigger) => {
    const response = await call(target, trigger);
    const queueOutputs = outputs.get(target) ?? [];
    if (queueOutputs.length > 0) await sendOutputs(queueOutputs, response, queues.messageEncoding);
    return response;
  };
  const parts = {
    ...queueParts,
    queueSettings: queues,
    leaseMilliseconds: options.queueLeaseMilliseconds,
    store: createStatusStore(options.dataDir),
    invoke,
    log,
  };
  const starts = mapOrRefuse(functions, (target) => prepareListener(target, parts)).filter(
    (start) => start !== undefined,
  );
  const queuesOfDeployment = options.createQueues && queuesToCreate(functions, options.createQueues, queueParts);
  const createQueues = async () => {
    const created = (queuesOfDeployment ?? []).map((queue) => queue.createIfNotExists());
    await Promise.all(created).catch((error: Error) => {
      throw new StartError(`The queues cannot be created: ${error.message}`, { cause: error });
    });
  };
  return { functions, routes, invoke, starts, createQueues };
}

function isHttp(target: LocalFunction): target is HttpFunction {
  return target.trigger.kind === 'http';
}
