import { request } from 'node:http';
import type { Connection } from '../../infra/local/client/connection.ts';
import { type SignedRequest, signedFetch } from '../../infra/local/client/signedFetch.ts';
import type { SignatureHeaders } from '../../shared/signing/composition.ts';
import { importKey, sign } from '../../shared/signing/sign.ts';

export type ClientName = keyof typeof TEST_CLIENTS;

export function connectionOf(switchboard: string, client: ClientName = 'everything'): Connection {
  return { endpoint: switchboard, accessKey: TEST_CLIENTS[client].keys[0] };
}

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined when there was none. */
  readonly body: unknown;
}

export interface JsonRequest extends Omit<SignedRequest, 'body'> {
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** One signed call of Switchboard (or, with its key, of the emulator). */
export async function call(connection: Connection, { body, ...rest }: JsonRequest): Promise<JsonAnswer> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  return answerOf(await signedFetch(connection, { ...rest, ...json }));
}

export async function answerOf(response: Response): Promise<JsonAnswer> {
  const text = await response.text();
  const { status, headers } = response;
  return { status, headers, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

/** The signature's headers without the host, which fetch sets by itself. */
export function signatureOf(
  { accessKey }: Connection,
  method: string,
  url: string,
  { body, date = new Date() }: { body?: string; date?: Date } = {},
): Omit<SignatureHeaders, 'host'> {
  const { host: _host, ...headers } = sign({ method, url, body, date }, importKey(accessKey));
  return headers;
}

/** A request whose body goes out in chunks, without a Content-Length: what `fetch` cannot be made to send. */
export function sendChunked(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  chunks: readonly string[],
): Promise<JsonAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers: { ...headers, 'transfer-encoding': 'chunked' } }, (incoming) => {
      incoming.setEncoding('utf8');
      let text = '';
      incoming.on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.once('end', () => {
        const received = new Headers(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
        resolve({ status: incoming.statusCode ?? 0, headers: received, body: JSON.parse(text) as unknown });
      });
    });
    outgoing.once('error', reject);
    for (const chunk of chunks) outgoing.write(chunk);
    outgoing.end();
  });
}

const key = (name: string) => Buffer.from(`test-only-key-of-${name}`.padEnd(48, '!')).toString('base64');

/** The clients that the Switchboard of the integration tests knows. */
export const TEST_CLIENTS = {
  everything: { name: 'everything', keys: [key('everything'), key('everything-second')], allow: ['*', 'actAs'] },
  plain: { name: 'plain', keys: [key('plain')] },
  neighbor: { name: 'neighbor', keys: [key('neighbor')] },
  smsOnly: { name: 'sms-only', keys: [key('sms-only')], allow: ['sendSms'], senders: ['+18005550100'] },
  mailOnly: { name: 'mail-only', keys: [key('mail-only')], allow: ['sendEmail'], senders: ['news@contoso.com'] },
  batches: {
    name: 'batches',
    keys: [key('batches')],
    allow: [
      ...['submitSmsBatch', 'getSmsBatch', 'listSmsBatches', 'listSmsBatchResults', 'cancelSmsBatch'],
      'listSmsOptOuts',
    ],
    senders: ['+18005550110'],
  },
} as const;
