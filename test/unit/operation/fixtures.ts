import { HttpRequest, InvocationContext } from '@azure/functions';
import * as z from 'zod';
import type { OperationContext } from '../../../shared/operation/context.ts';
import type { AnyOperation, OperationDefinition } from '../../../shared/operation/definition.ts';
import { serveHttp } from '../../../shared/operation/http.ts';
import { serveMessage } from '../../../shared/operation/queue.ts';
import { readDelivery } from '../../../shared/operation/queueDelivery.ts';
import { createRuntime, type Runtime } from '../../../shared/runtime.ts';
import type { ClientSettings } from '../../../shared/settings/clientSettings.ts';
import { readSettings } from '../../../shared/settings/settings.ts';
import { stringToSign } from '../../../shared/signing/canonical.ts';
import type { SignatureHeaders } from '../../../shared/signing/composition.ts';
import { importKey, sign, signature } from '../../../shared/signing/sign.ts';
import type { Storage } from '../../../shared/storage/storage.ts';
import { withTestSecret } from '../../setup/credentials.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { API_VERSIONS, type FakeAnswer, fakeSession, type SentRequest } from '../acs/fixtures.ts';

export const NOW = new Date('2026-01-15T08:30:00Z');
export const ORIGIN = 'https://switchboard.example';

const key = (name: string): string => Buffer.from(`unit test key of ${name}`.padEnd(48, '!')).toString('base64');

/** `shop` may do everything but act as others; `desk` only greets, from one sender; `office` may act as others. */
export const KEYS = { shop: key('shop'), desk: key('desk'), office: key('office'), second: key('second') };
export const CLIENTS = [
  { name: 'shop', keys: [KEYS.shop] },
  { name: 'desk', keys: [KEYS.desk], allow: ['greet'], senders: ['+18005550100'] },
  { name: 'office', keys: [KEYS.office, KEYS.second], allow: ['*', 'actAs'] },
];

/** A definition as the handlers take it. */
export function anyOperation<Params extends z.ZodType, Body extends z.ZodType>(
  definition: OperationDefinition<Params, Body>,
): AnyOperation {
  return definition as unknown as AnyOperation;
}

type Greet = (request: { params: unknown; body: unknown }, context: OperationContext) => Promise<object | undefined>;

/** An operation of the tests: what it is called with and what it does are theirs. */
export function greeting(
  run: Greet = async ({ body }) => ({ greeted: body }),
  more: Partial<AnyOperation> = {},
): AnyOperation {
  const definition = anyOperation({
    name: 'greet',
    tag: 'System',
    summary: 'Greets.',
    http: { method: 'POST', route: 'greetings/{name}' },
    queue: 'greet',
    params: z.strictObject({ name: z.string(), loud: z.string().optional() }),
    body: { schema: z.strictObject({ from: z.string(), text: z.string().optional() }), limitBytes: 1000 },
    responses: { 200: z.unknown() },
    permissions: { sender: ({ body }) => ({ sender: body.from, target: 'from' }) },
    run: async (request, context) => ({ status: 200, body: await run(request, context) }),
  });
  return { ...definition, ...more };
}

export interface Sent {
  /** Path as the host shows it, and query. */
  readonly target?: string;
  readonly method?: string;
  readonly params?: Record<string, string>;
  readonly body?: string | Uint8Array | object;
  /** The key that signs; null: nobody signs. */
  readonly key?: string | null;
  /** What the caller signed, when it is not the URL that the host shows. */
  readonly signedUrl?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Path and query as the caller signed them, where that is no URL. */
  readonly signedTarget?: string;
  /** The header whose date is signed; `x-ms-date` when not given. */
  readonly dateHeader?: 'date' | 'x-ms-date';
  /** Where the caller reaches Switchboard; `ORIGIN` when not given. */
  readonly origin?: string;
  /** Headers that are signed besides the three, and sent; the acting user when not given. */
  readonly signedHeaders?: Readonly<Record<string, string>>;
  /** When it was signed; each call of a rig a second after the one before when not given. */
  readonly signedOn?: Date;
  /** What arrives instead of the body that was signed: called when the function asks for the body. */
  readonly stream?: () => ReadableStream<Uint8Array>;
}

export interface Got {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Rig {
  readonly runtime: Runtime;
  readonly storage: MemoryStorage;
  /** What was sent to ACS. */
  readonly sent: readonly SentRequest[];
  readonly log: readonly string[];
  /** What time it is; tests move it on. */
  readonly clock: { date: Date };
  readonly http: (operation: AnyOperation, sent?: Sent) => Promise<Got>;
  readonly deliver: (operation: AnyOperation, message: unknown, metadata?: Record<string, unknown>) => Promise<void>;
}

export interface RigOptions {
  readonly acs?: (request: SentRequest) => FakeAnswer | Promise<FakeAnswer>;
  readonly variables?: Readonly<Record<string, string>>;
  /** That of another rig: both are processes of one installation. */
  readonly storage?: MemoryStorage | undefined;
  /** How the process sees its storage. */
  readonly seen?: (storage: MemoryStorage) => Storage;
}

/** The real runtime with storage in memory and `acs` in the place of ACS. */
export function rig({ acs = () => ({}), variables = {}, storage: shared, seen = (it) => it }: RigOptions = {}): Rig {
  const { CLIENTS: clients = JSON.stringify(CLIENTS), ...others } = variables;
  const known = readSettings({
    ACS_CONNECTION_STRING: `endpoint=https://contoso.communication.azure.com/;accesskey=${key('acs')}`,
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    WEBSITE_HOSTNAME: 'switchboard.example',
    ...others,
  });
  // After the settings were read, which know real operations only.
  const settings = { ...known, clients: z.array(z.custom<ClientSettings>()).parse(JSON.parse(clients)) };
  const clock = { date: NOW };
  const storage = shared ?? withTestSecret(new MemoryStorage(() => clock.date.getTime()));
  const log: string[] = [];
  const sent: SentRequest[] = [];
  const send = fakeSession(acs, { apiVersions: API_VERSIONS }).send;
  const now = () => clock.date;
  let calls = 0;
  const acsSession: Runtime['acs'] = (publicUrl) => ({
    send: (request) => {
      sent.push(request);
      return send(request);
    },
    publicUrl,
    apiVersions: settings.acsApiVersions,
  });
  const made = createRuntime(settings, now, seen(storage));
  const ownSession = (id: string) => acsSession(ORIGIN, id);
  const runtime: Runtime = {
    ...made,
    acs: acsSession,
    smsBatches: { ...made.smsBatches, acs: ownSession },
    emails: { ...made.emails, acs: ownSession },
  };
  const context = (triggerMetadata: Record<string, unknown> = {}) =>
    new InvocationContext({ triggerMetadata, logHandler: (level, ...args) => log.push(`${level}: ${args.join(' ')}`) });
  return {
    ...{ runtime, storage, sent, log, clock },
    http: async (operation, it = {}) => {
      const signedOn = new Date(NOW.getTime() + 1000 * (calls++ % 240));
      const request = httpRequest(operation, { signedOn, ...it });
      return readResponse(await serveHttp(operation, request, context(), () => runtime));
    },
    deliver: async (operation, message, metadata = {}) => {
      const known = { id: 'queue-id', dequeueCount: 1, insertionTime: '2026-01-15T08:29:00Z', ...metadata };
      const delivery = readDelivery(message, context(known));
      await serveMessage(operation, operation.queue ?? '', delivery, context(known), () => runtime);
    },
  };
}

export function httpRequest(operation: AnyOperation, sent: Sent): HttpRequest {
  const method = sent.method ?? operation.http.method;
  const url = (sent.origin ?? ORIGIN) + (sent.target ?? '/greetings/Anna?api-version=2024-03-15-preview');
  const bytes = bodyBytes(sent.body);
  const own = Object.entries(sent.headers ?? {}).filter(([name]) => name === 'acting-user');
  const { key: signingKey = KEYS.shop, signedUrl = url, signedHeaders = Object.fromEntries(own) } = sent;
  const date = sent.signedOn ?? NOW;
  const signed =
    signingKey && sign({ method, url: signedUrl, body: bytes, date, headers: signedHeaders }, importKey(signingKey));
  const init = {
    ...{ method, url, params: sent.params ?? { name: 'Anna' } },
    headers: {
      ...(signed ? signatureHeaders(signed, method, sent) : {}),
      host: new URL(url).host,
      ...sent.signedHeaders,
      ...sent.headers,
    },
    ...(bytes.length > 0 ? { body: { bytes } } : {}),
  };
  const request = new HttpRequest(init);
  if (sent.stream) Object.defineProperty(request, 'body', { get: sent.stream });
  return request;
}

/** The headers of our own signer, or of one that signs in another way. */
function signatureHeaders(signed: SignatureHeaders, method: string, sent: Sent): Record<string, string> {
  const { dateHeader = 'x-ms-date', signedTarget, key: signingKey = KEYS.shop } = sent;
  const { 'x-ms-date': date, host, 'x-ms-content-sha256': hash } = signed;
  const text =
    signedTarget && signature(stringToSign(method, signedTarget, date, host, hash), importKey(signingKey ?? ''));
  const authorization = text
    ? signed.authorization.replace(/Signature=.*$/, `Signature=${text}`)
    : signed.authorization;
  return {
    ...{ host, 'x-ms-content-sha256': hash, [dateHeader]: date },
    authorization: authorization.replace('=x-ms-date;', `=${dateHeader};`),
  };
}

function bodyBytes(body: Sent['body'] = ''): Uint8Array {
  return body instanceof Uint8Array ? body : Buffer.from(typeof body === 'object' ? JSON.stringify(body) : body);
}

function readResponse(response: unknown): Got {
  const read = z.object({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.string().optional() });
  const { status, headers, body } = read.parse(response);
  const isText = headers['content-type']?.startsWith('text/') === true;
  return { status, headers, body: body === undefined || isText ? body : JSON.parse(body) };
}
