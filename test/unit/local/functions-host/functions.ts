import { type LocalFunction, readFunctions } from '../../../../infra/local/functions-host/bindings.ts';
import type { HttpFunction } from '../../../../infra/local/functions-host/http/router.ts';
import type { RpcBinding } from '../../../../infra/local/functions-host/rpc.ts';

/** A function as the library registers it. */
export function registered(name: string, bindings: Record<string, RpcBinding>, retryOptions?: unknown) {
  return { metadata: { name, bindings, ...(retryOptions ? { retryOptions } : {}) }, callback: () => undefined };
}

export function httpFunction(name: string, trigger: Record<string, unknown> = {}): HttpFunction {
  const [only] = readFunctions([
    registered(name, {
      request: { type: 'httpTrigger', direction: 'in', authLevel: 'anonymous', methods: ['GET'], ...trigger },
      $return: { type: 'http', direction: 'out' },
    }),
  ]) as [LocalFunction];
  return only as HttpFunction;
}
