import type { IncomingMessage } from 'node:http';
import type { RpcHttpData, RpcNullableString } from '../rpc.ts';
import type { Target } from './target.ts';

type NullableMap = Record<string, RpcNullableString>;

/** A request as the host hands it to the library. */
export function toRpcRequest(
  request: Pick<IncomingMessage, 'method' | 'rawHeaders'>,
  target: Target,
  parameters: Readonly<Record<string, string>>,
  body: Buffer | undefined,
): RpcHttpData {
  const data: RpcHttpData = {
    method: request.method ?? 'GET',
    url: target.url,
    nullableHeaders: headersOf(request.rawHeaders),
    nullableParams: emptyMap(),
    nullableQuery: queryOf(target.query),
  };
  // App Service adds what the front end received, before decoding; what a caller sends under this name is replaced.
  (data.nullableHeaders as NullableMap)['x-waws-unencoded-url'] = { value: target.asSent };
  for (const name in parameters) put(data.nullableParams as NullableMap, name, parameters[name] ?? '');
  if (body) data.body = { bytes: body };
  return data;
}

/** Names in lower case; the values of a repeated one are joined. */
function headersOf(raw: readonly string[]): NullableMap {
  const headers = emptyMap();
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    // Cookies are a list of their own making: their separator is a semicolon.
    put(headers, name, raw[index + 1] ?? '', name === 'cookie' ? '; ' : ',');
  }
  return headers;
}

/** Keys that differ in case alone are one, under the name that came first. */
function queryOf(query: string): NullableMap {
  const map = emptyMap();
  if (query === '') return map;
  const names = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(query)) {
    const name = names.get(key.toLowerCase()) ?? key;
    names.set(key.toLowerCase(), name);
    put(map, name, value);
  }
  return map;
}

function emptyMap(): NullableMap {
  return Object.create(null) as NullableMap;
}

function put(map: NullableMap, name: string, value: string, separator = ','): void {
  const before = map[name];
  if (before) before.value = `${before.value}${separator}${value}`;
  else map[name] = { value };
}
