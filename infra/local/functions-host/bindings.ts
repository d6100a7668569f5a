import type { RegisteredFunction } from './core.ts';
import type { RpcBinding } from './rpc.ts';
import { mapOrReject, StartError } from './startError.ts';

export interface HttpTrigger {
  readonly kind: 'http';
  readonly route: string;
  /** Upper case; undefined: all methods. */
  readonly methods: ReadonlySet<string> | undefined;
  readonly authLevel: 'anonymous' | 'function' | 'admin';
}

/** The queue of a trigger or output, with placeholders for app settings. */
export interface QueueBinding {
  readonly queueName: string;
  readonly connection: string;
}

export interface QueueTrigger extends QueueBinding {
  readonly kind: 'queue';
  readonly binary: boolean;
}

export interface TimerTrigger {
  readonly kind: 'timer';
  readonly schedule: string;
  readonly runOnStartup: boolean;
  readonly useMonitor: boolean;
}

export interface QueueOutput extends QueueBinding {
  readonly binding: string;
}

/** A registered function whose bindings this host supports. */
export interface LocalFunction<T = HttpTrigger | QueueTrigger | TimerTrigger> extends RegisteredFunction {
  readonly name: string;
  readonly trigger: T;
  /** The name of the trigger's binding, under which its data is passed. */
  readonly triggerBinding: string;
  /** The name of the HTTP output's binding, if any. */
  readonly httpOutput: string | undefined;
  readonly queueOutputs: readonly QueueOutput[];
}

/**
 * Sorts the registered functions by name and checks that this host supports each of them.
 *
 * @throws StartError with one line for each function that it does not support
 */
export function readFunctions(registered: Iterable<RegisteredFunction>): LocalFunction[] {
  const names = new Set<string>();
  const functions = mapOrReject(registered, (entry) => {
    const { name } = entry.metadata;
    if (names.has(name.toLowerCase())) throw new StartError(`${name}: another function has this name.`);
    names.add(name.toLowerCase());
    return readFunction(entry);
  });
  return functions.sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
}

function readFunction(registered: RegisteredFunction): LocalFunction {
  const { name, bindings, retryOptions } = registered.metadata;
  if (!/^[a-z][a-z0-9_-]{0,127}$/i.test(name)) {
    throw new StartError(
      `${name}: a function name must start with a letter and have only letters, digits, "_" and "-", at most 128.`,
    );
  }
  if (retryOptions) throw new StartError(`${name}: retry policies are not supported by the local host.`);
  const triggers = Object.entries(bindings).filter(([, binding]) => /trigger$/i.test(binding.type));
  const [trigger] = triggers;
  if (!trigger || triggers.length > 1) throw new StartError(`${name}: a function must have exactly one trigger.`);
  const outputs = Object.entries(bindings).filter(([binding]) => binding !== trigger[0]);
  return {
    ...registered,
    name,
    trigger: readTrigger(name, trigger[1]),
    triggerBinding: trigger[0],
    ...readOutputs(name, outputs),
  };
}

function readTrigger(name: string, binding: RpcBinding): LocalFunction['trigger'] {
  switch (binding.type.toLowerCase()) {
    case 'httptrigger':
      return readHttpTrigger(name, binding);
    case 'queuetrigger':
      return { kind: 'queue', ...readQueue(name, binding), binary: binding['dataType'] === 'binary' };
    case 'timertrigger':
      return {
        kind: 'timer',
        schedule: text(name, binding, 'schedule'),
        runOnStartup: binding['runOnStartup'] === true,
        useMonitor: binding['useMonitor'] !== false,
      };
    default:
      throw new StartError(`${name}: the trigger kind ${binding.type} is not supported by the local host.`);
  }
}

function readHttpTrigger(name: string, binding: RpcBinding): HttpTrigger {
  const { route, methods, authLevel = 'function' } = binding;
  if (authLevel !== 'anonymous' && authLevel !== 'function' && authLevel !== 'admin') {
    throw new StartError(`${name}: the authLevel ${String(authLevel)} is not one of anonymous, function, admin.`);
  }
  return {
    kind: 'http',
    route: typeof route === 'string' && route !== '' ? route : name,
    methods: Array.isArray(methods) ? new Set(methods.map((method) => String(method).toUpperCase())) : undefined,
    authLevel,
  };
}

function readOutputs(name: string, bindings: ReadonlyArray<[string, RpcBinding]>) {
  let httpOutput: string | undefined;
  const queueOutputs: QueueOutput[] = [];
  for (const [key, binding] of bindings) {
    const type = binding.type.toLowerCase();
    if (binding.direction === 'out' && type === 'http') httpOutput = key;
    else if (binding.direction === 'out' && type === 'queue')
      queueOutputs.push({ binding: key, ...readQueue(name, binding) });
    else
      throw new StartError(
        `${name}: the ${binding.direction}put kind ${binding.type} is not supported by the local host.`,
      );
  }
  return { httpOutput, queueOutputs };
}

function readQueue(name: string, binding: RpcBinding): QueueBinding {
  const { connection } = binding;
  return { queueName: text(name, binding, 'queueName'), connection: typeof connection === 'string' ? connection : '' };
}

function text(name: string, binding: RpcBinding, property: string): string {
  const value = binding[property];
  if (typeof value === 'string' && value !== '') return value;
  throw new StartError(`${name}: the ${binding.type} has no ${property}.`);
}
