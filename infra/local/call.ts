// `npm run call`: one signed call of Switchboard from a terminal.
import { readFileSync } from 'node:fs';
import { runCommand } from '../toolchain/command.ts';
import { commandText } from '../toolchain/installation.ts';

const EXAMPLES = `Examples:
  ${commandText('call', `POST /sms '{"from":"+18005550100","smsRecipients":[{"to":"+14255550123"}],"message":"Hello"}'`)}
  ${commandText('call', 'POST /identities')}
  ${commandText('call', 'GET /chat/threads')}

Exit code: 0 for a 2xx status, 1 for any other, 2 if the call could not be made.`;

const SHOWN_HEADERS = [
  'operation-location',
  'location',
  'link',
  'retry-after',
  'idempotent-replayed',
  'x-ms-error-code',
  'x-ms-request-id',
];

process.exitCode = await runCommand({
  name: 'call',
  usage: ['<METHOD> <path> [body] [options]'],
  details: 'The api-version is added. The status and the most important headers are printed to the standard error.',
  parameters: { '[body]': 'JSON; @<file> reads it from a file, @- from the standard input' },
  options: {
    header: {
      type: 'string',
      multiple: true,
      default: [],
      value: "'<name>: <value>'",
      description: 'adds a header (acting-user, Idempotency-Key, …); repeatable',
    },
    connection: {
      type: 'string',
      value: '<string>',
      description: `endpoint=…;accesskey=… (default: SWITCHBOARD_CONNECTION_STRING from the environment, else that of the '${commandText('start')}' that is running in this folder)`,
    },
  },
  notes: EXAMPLES,
  errorExitCode: 2,
  async run({ values, positionals }) {
    const [method, target, body] = positionals;
    if (!method || !target) return 'incomplete';
    if (!target.startsWith('/')) throw new Error(`The path must begin with a slash, such as /sms, not '${target}'.`);
    const { findConnection } = await import('./client/connection.ts');
    const { callSwitchboard } = await import('./client/signedFetch.ts');
    const response = await callSwitchboard(findConnection(values.connection), {
      method: method.toUpperCase(),
      target,
      headers: Object.fromEntries(values.header.map(parseHeader)),
      ...(body === undefined ? {} : { body: readBody(body) }),
    });
    await print(response);
    return response.ok ? 0 : 1;
  },
});

function parseHeader(header: string): [string, string] {
  const colon = header.indexOf(':');
  if (colon < 1) throw new Error(`--header must read 'name: value', not '${header}'.`);
  return [header.slice(0, colon).trim(), header.slice(colon + 1).trim()];
}

function readBody(body: string): string {
  if (!body.startsWith('@')) return body;
  return readFileSync(body === '@-' ? 0 : body.slice(1), 'utf8');
}

async function print(response: Response): Promise<void> {
  console.error(`${response.status} ${response.statusText}`);
  for (const name of SHOWN_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) console.error(`${name}: ${value}`);
  }
  const body = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  if (body !== '') console.log(isJson ? JSON.stringify(JSON.parse(body), undefined, 2) : body);
}
