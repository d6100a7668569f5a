import { createHash, createHmac } from 'node:crypto';

export interface Unsigned {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly hostname: string;
  readonly port: string;
  /** With the query, as it is sent. */
  readonly path: string;
  readonly body: string;
  readonly date: Date;
}

type Signer = (request: Unsigned, key: Buffer) => Record<string, string>;

const hashOf = ({ body }: Unsigned): string => createHash('sha256').update(body).digest('base64');

const hmac = (key: Buffer, text: string): string => createHmac('sha256', key).update(text).digest('base64');

function authorization(key: Buffer, dateHeader: string, stringToSign: string): string {
  return `HMAC-SHA256 SignedHeaders=${dateHeader};host;x-ms-content-sha256&Signature=${hmac(key, stringToSign)}`;
}

/** Signs host and port as they are sent. `date` is what the first versions sent in place of `x-ms-date`. */
const asDotnet =
  (dateHeader: 'date' | 'x-ms-date'): Signer =>
  (request, key) => {
    const [date, hash] = [request.date.toUTCString(), hashOf(request)];
    const text = `${request.method}\n${request.path}\n${date};${request.hostname}:${request.port};${hash}`;
    return { [dateHeader]: date, 'x-ms-content-sha256': hash, authorization: authorization(key, dateHeader, text) };
  };

/**
 * Signs the text of the URL after the host, counted from `https://`, so that http loses the leading slash. With asyncio,
 * unquotes it (`decode_url`).
 *
 * @see https://github.com/Azure/azure-sdk-for-python/blob/main/sdk/communication/azure-communication-sms/azure/communication/sms/_shared/policy.py
 */
const asPython =
  (isUnquoted: boolean): Signer =>
  (request, key) => {
    const [date, hash, host] = [request.date.toUTCString(), hashOf(request), `${request.hostname}:${request.port}`];
    const afterHost = `${request.scheme}://${host}${request.path}`.slice(host.length + 'https://'.length);
    const target = isUnquoted ? decodeURIComponent(afterHost) : afterHost;
    const text = `${request.method}\n${target}\n${date};${host};${hash}`;
    return { 'x-ms-date': date, 'x-ms-content-sha256': hash, authorization: authorization(key, 'x-ms-date', text) };
  };

/**
 * Signs and sends the host without its port, `date` as well as `x-ms-date`, and the text that was signed.
 *
 * @see https://github.com/Azure/azure-sdk-for-java/blob/main/sdk/communication/azure-communication-common/src/main/java/com/azure/communication/common/implementation/HmacAuthenticationPolicy.java
 */
const asJava: Signer = (request, key) => {
  const [date, hash] = [request.date.toUTCString(), hashOf(request)];
  const text = `${request.method}\n${request.path}\n${date};${request.hostname};${hash}`;
  return {
    ...{ date, 'x-ms-date': date, host: request.hostname, 'x-ms-content-sha256': hash },
    authorization: authorization(key, 'x-ms-date', text),
    'x-ms-hmac-string-to-sign-base64': Buffer.from(text).toString('base64'),
  };
};

/** By SDK, and by `signing` in the recordings. */
export const SIGNERS = {
  dotnet: { default: asDotnet('x-ms-date'), date: asDotnet('date') },
  python: { default: asPython(false) },
  pythonAsync: { default: asPython(true) },
  java: { default: asJava },
} satisfies Record<string, Partial<Record<'default' | 'date', Signer>>>;
