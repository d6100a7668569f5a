import type { ApiDocument } from '../apiDocument.ts';
import { pathBelow } from '../signedRequest.ts';
import type { Call } from './call.ts';

/** A request of Swagger UI, before it is sent. */
export interface BuiltRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Operation {
  readonly document: ApiDocument;
  /** Address of Switchboard as the browser reaches it. */
  readonly base: string;
  /** With `{name}` for each parameter. */
  readonly path: string;
  /** In lower case, as in OpenAPI. */
  readonly method: string;
}

/** What is sent unless a header says otherwise. */
const IMPLIED_ACCEPT = ['application/json', '*/*'];

/** Describes a request for the code that repeats it. */
export function callOf(request: BuiltRequest, { document, base, path, method }: Operation): Call {
  const target = pathBelow(base, request.url);
  const { operationId = '', parameters = [] } = document.paths[path]?.[method] ?? {};
  const [pathname = '', search = ''] = target.split(/\?(.*)/s);
  const query = [...new URLSearchParams(`?${search}`)].filter(([name]) => name !== 'api-version');
  const headers = Object.entries(request.headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .filter(([name, value]) => value !== '' && !(name === 'accept' && IMPLIED_ACCEPT.includes(value)));
  const typeOf = (name: string) => parameters.find((it) => it.name === name)?.schema?.type;
  return {
    operationId,
    method: method.toUpperCase(),
    target,
    pathValues: pathValues(path, pathname),
    query: Object.fromEntries(query.map(([name, value]) => [name, typed(value, typeOf(name))])),
    headers: Object.fromEntries(headers),
    body: typeof request.body === 'string' && request.body !== '' ? request.body : undefined,
  };
}

function pathValues(template: string, pathname: string): string[] {
  const pattern = template.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{\w+\}/g, '([^/]*)');
  const [, ...values] = new RegExp(`^${pattern}$`).exec(pathname) ?? [];
  return values.map(decodeURIComponent);
}

function typed(value: string, type: string | undefined): string | number | boolean {
  if ((type === 'integer' || type === 'number') && /^-?\d+(?:\.\d+)?$/.test(value)) return Number(value);
  return type === 'boolean' && /^(?:true|false)$/.test(value) ? value === 'true' : value;
}
