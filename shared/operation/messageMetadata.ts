import Module from 'node:module';

/**
 * Keeps the library from reading a message's text a second time. The host also passes it in the metadata, where the
 * library parses it and traverses it recursively: one that is nested deeply would fail there, before any function sees it, and
 * would end on the poison queue without an outcome.
 *
 * @see https://github.com/Azure/azure-functions-nodejs-library/blob/v4.x/src/converters/toCamelCase.ts
 */
export function ignoreMessageMetadata(): void {
  const core = Module.createRequire(import.meta.url)('@azure/functions-core') as WorkerApi;
  const model = core.getProgrammingModel?.();
  if (!model) return;
  const getInvocationModel = model.getInvocationModel.bind(model);
  model.getInvocationModel = (invocation) => {
    const { triggerMetadata } = invocation.request;
    if (triggerMetadata) delete triggerMetadata['QueueTrigger'];
    return getInvocationModel(invocation);
  };
}

interface Invocation {
  readonly request: { readonly triggerMetadata?: Record<string, unknown> | null };
}

/** The part that is used of what only the host's worker has. @see azure-functions-nodejs-worker, types-core/index.d.ts */
interface WorkerApi {
  getProgrammingModel?(): { getInvocationModel(invocation: Invocation): unknown } | undefined;
}
