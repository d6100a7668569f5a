// `npm run call -- POST /sms '{…}'`: one signed call of Switchboard, for the terminal.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { findConnection } from './client/connection.ts';
import { signedFetch } from './client/signedfetch.ts';

const HELP = `npm run call -- <METHOD> <path> [body] [options]

Signs one request for Switchboard, sends it and prints the answer. The api-version is added.

  body                        JSON; @file reads it from a file, @- from the standard input
  --header 'name: value'      one more header; repeatable (acting-user, Idempotency-Key, …)
  --connection <string>       endpoint=…;accesskey=…  (default: the environment's SWITCHBOARD_CONNECTION_STRING,
                              else that of the 'npm start' that runs in this folder)
  --help                      this text

  npm run call -- POST /sms '{"from":"+18005550100","smsRecipients":[{"to":"+14255550123"}],"message":"Hello"}'
  npm run call -- POST /identities
  npm run call -- GET /chat/threads
`;

const SHOWN_HEADERS = [
  'operation-location',
  'location',
  'retry-after',
  'idempotent-replayed',
  'x-ms-error-code',
  'x-ms-request-id',
];

process.exitCode = await main().catch((error: unknown) => {
  console.error(describe(error));
  return 2;
});

/** @returns 0 for a 2xx, 1 for any other answer */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      header: { type: 'string', multiple: true, default: [] },
      connection: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const [method, target, body] = positionals;
  if (values.help || !method || !target) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  if (!target.startsWith('/')) throw new Error(`The path must begin with a slash, such as /sms, not '${target}'.`);
  const response = await signedFetch(findConnection(values.connection), {
    method: method.toUpperCase(),
    target,
    headers: Object.fromEntries(values.header.map(parseHeader)),
    ...(body === undefined ? {} : { body: readBody(body) }),
  });
  await print(response);
  return response.ok ? 0 : 1;
}

function parseHeader(text: string): [string, string] {
  const colon = text.indexOf(':');
  if (colon < 1) throw new Error(`--header must read 'name: value', not '${text}'.`);
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}

function readBody(text: string): string {
  if (!text.startsWith('@')) return text;
  return readFileSync(text === '@-' ? 0 : text.slice(1), 'utf8');
}

async function print(response: Response): Promise<void> {
  console.error(`${response.status} ${response.statusText}`);
  for (const name of SHOWN_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) console.error(`${name}: ${value}`);
  }
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  if (text !== '') console.log(isJson ? JSON.stringify(JSON.parse(text), undefined, 2) : text);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error && 'code' in error.cause ? ` (${error.cause.code})` : '';
  return error.message === 'fetch failed'
    ? `Switchboard cannot be reached${cause}. Does 'npm start' run?`
    : error.message;
}
