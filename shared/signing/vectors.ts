/**
 * Requests signed by the official clients with a frozen clock: `@azure/communication-common` 2.5.0, where `signer`
 * says nothing else.
 */
export interface Vector {
  readonly name: string;
  /** Who signs like this, when our own signer does not and only has to be understood. */
  readonly signer?: string;
  readonly method: string;
  /** The URL as the caller gives it to the client. */
  readonly url: string;
  /** Path and query as they arrive at the server. */
  readonly target: string;
  /** The Host header as it arrives at the server. */
  readonly host: string;
  readonly body: string;
  readonly contentHash: string;
  readonly stringToSign: string;
  readonly signature: string;
}

export const KEY = 'YWNzLWVtdWxhdG9yLXRlc3Qta2V5LTAxMjM0NTY3ODktMDEyMzQ1Njc4OS0wMTIzNDU2Nzg5LTAxMjM0NTY3ODk=';
export const OTHER_KEY = 'YW5vdGhlci1rZXktYW5vdGhlci1rZXktYW5vdGhlci1rZXktYW5vdGhlci1rZXk=';
export const DATE = 'Thu, 15 Jan 2026 08:30:00 GMT';
export const EMPTY_HASH = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';

const CONTOSO = 'contoso.communication.azure.com';
const LOCAL = '127.0.0.1:8787';
const USER = '11111111-2222-3333-4444-555555555555_00000006-aaaa-bbbb-cccc-dddddddddddd';
const SMS_BODY =
  '{"from":"+18005550100","smsRecipients":[{"to":"+14255550123"}],"message":"Hello \u{1F44B}",' +
  '"smsSendOptions":{"enableDeliveryReport":true,"tag":"t1"}}';
const SMS_HASH = 'HQ/XX610wYTnJLjiO7HzPSRd8Xpw1Ja5ziJM0/BXh2w=';
const EMAIL_HASH = 'JppGVhXOsxjTDFEjYrQyeJE/eLwcSbSYvYuKFodVIO0=';

const ENCODED_USER = `/identities/8%3Aacs%3A${USER}?api-version=2023-10-01`;
const RAW_USER = `/identities/8:acs:${USER}?api-version=2023-10-01`;
const REVOKE = `/identities/8%3Aacs%3A${USER}/:revokeAccessTokens?api-version=2023-10-01`;
const OPERATION = '/emails/operations/3fa85f64-5717-4562-b3fc-2c963f66afa6?api-version=2025-09-01';

const REPORT = '/deliveryReports/Out%20going_2026%2F01~x';
const QUERY_TYPED = "api-version=2026-01-23&tag=a%20b!~'(c)*&startTime=2026-01-15T08:30:00Z&u=%C3%A9";
const QUERY_WIRE = 'api-version=2026-01-23&tag=a%20b!~%27(c)*&startTime=2026-01-15T08:30:00Z&u=%C3%A9';
const QUERY_JS = 'api-version=2026-01-23&tag=a+b%21%7E%27%28c%29*&startTime=2026-01-15T08%3A30%3A00Z&u=%C3%A9';

const empty = { body: '', contentHash: EMPTY_HASH };
const report = {
  ...empty,
  method: 'GET',
  url: `http://${LOCAL}${REPORT}?${QUERY_TYPED}`,
  target: `${REPORT}?${QUERY_WIRE}`,
};

export const VECTORS: readonly Vector[] = [
  {
    name: 'V1: a body with text outside ASCII',
    method: 'POST',
    url: `https://${CONTOSO}/sms?api-version=2021-03-07`,
    target: '/sms?api-version=2021-03-07',
    host: CONTOSO,
    body: SMS_BODY,
    contentHash: SMS_HASH,
    stringToSign: `POST\n/sms?api-version=2021-03-07\n${DATE};${CONTOSO};${SMS_HASH}`,
    signature: 'Zp8JNoB3ZIy8DjUyxiSAEcFLc0qKsn1smbf8QkNH8AA=',
  },
  {
    ...empty,
    name: 'V2: encoded colons in the path',
    method: 'DELETE',
    url: `https://${CONTOSO}${ENCODED_USER}`,
    target: ENCODED_USER,
    host: CONTOSO,
    stringToSign: `DELETE\n${ENCODED_USER}\n${DATE};${CONTOSO};${EMPTY_HASH}`,
    signature: 'kNQOZpti7ONy2pQUw1m2tiw34vdXRtOg8nlzdPDTHkE=',
  },
  {
    ...empty,
    name: 'V2b: raw colons in the path',
    method: 'DELETE',
    url: `https://${CONTOSO}${RAW_USER}`,
    target: RAW_USER,
    host: CONTOSO,
    stringToSign: `DELETE\n${RAW_USER}\n${DATE};${CONTOSO};${EMPTY_HASH}`,
    signature: 'oe3nCnwGN0xjvTECNNlms5jPT8N+LoEhmO16KdAFkwY=',
  },
  {
    ...empty,
    name: 'V2c: one segment encoded, one with a raw colon',
    method: 'POST',
    url: `https://${CONTOSO}${REVOKE}`,
    target: REVOKE,
    host: CONTOSO,
    stringToSign: `POST\n${REVOKE}\n${DATE};${CONTOSO};${EMPTY_HASH}`,
    signature: 'c/L4wY/ORzMLS8b1fRm4HRpCwfjRWbnkyr0Dvzq7PoQ=',
  },
  {
    ...report,
    name: 'V3: a query that is signed otherwise than it is sent',
    host: LOCAL,
    stringToSign: `GET\n${REPORT}?${QUERY_JS}\n${DATE};${LOCAL};${EMPTY_HASH}`,
    signature: 'BqwplynTmNpSSyOSMCsLrVKBn2UCvMolFokVGK/m5Pc=',
  },
  {
    ...report,
    name: 'V3r: the query signed as sent',
    signer: 'the .NET, Java and Python clients',
    host: LOCAL,
    stringToSign: `GET\n${REPORT}?${QUERY_WIRE}\n${DATE};${LOCAL};${EMPTY_HASH}`,
    signature: 'AlAmr7OGdkk0hNzp8r5JYJ7qaEVecVZmOWXR7/gpOIk=',
  },
  {
    ...report,
    name: 'V3d: the port doubled in the host',
    signer: '@azure/communication-common up to 2.4.0',
    host: `${LOCAL}:8787`,
    stringToSign: `GET\n${REPORT}?${QUERY_JS}\n${DATE};${LOCAL}:8787;${EMPTY_HASH}`,
    signature: 's/mLuvjFtbsG6QMkl+ca6vXONqUlhs8jArjy7b3yXP8=',
  },
  {
    ...empty,
    name: 'V3b: the default port in the URL',
    method: 'GET',
    url: `https://${CONTOSO}:443${OPERATION}`,
    target: OPERATION,
    host: CONTOSO,
    stringToSign: `GET\n${OPERATION}\n${DATE};${CONTOSO};${EMPTY_HASH}`,
    signature: 'NtRa9TYO36tpllEGgov8/eDPYIqVJbS+PKj3sDW29GM=',
  },
  {
    name: 'V4: a raw colon in the path and another port',
    method: 'POST',
    url: 'http://localhost:8787/emails:send?api-version=2025-09-01',
    target: '/emails:send?api-version=2025-09-01',
    host: 'localhost:8787',
    body: '{"senderAddress":"a@b.c"}',
    contentHash: EMAIL_HASH,
    stringToSign: `POST\n/emails:send?api-version=2025-09-01\n${DATE};localhost:8787;${EMAIL_HASH}`,
    signature: 'ecVUb0SKd5eCeiAqJGKNX437lT+GX7F/VWUeWDTmmvM=',
  },
];

const THREAD_MESSAGES = '/chat/threads/19%3Aabc%40thread.v2/messages?api-version=2025-03-15';
const GREETING_HASH = 'RGO0aMlNOZ3W5UDfPAVciMfEv0IxidXmPZxrfBB1E44=';

/** A request to Switchboard that signs further headers. The signature was made with `openssl dgst -sha256 -mac HMAC`. */
export const MORE_HEADERS_VECTOR = {
  name: 'S1: further headers',
  method: 'POST',
  url: `https://switchboard.contoso.com${THREAD_MESSAGES}`,
  target: THREAD_MESSAGES,
  host: 'switchboard.contoso.com',
  body: '{"content":"Hello"}',
  contentHash: GREETING_HASH,
  headers: { 'acting-user': `8:acs:${USER}`, 'idempotency-key': 'order-17;a' },
  stringToSign:
    `POST\n${THREAD_MESSAGES}\n${DATE};switchboard.contoso.com;${GREETING_HASH}\n` +
    `acting-user:8:acs:${USER}\nidempotency-key:order-17;a`,
  signature: 'hFCoruYG4kA/LwTRyq8bn4rlc8erM0PvlS4/jLN3Q1o=',
  authorization:
    'HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256;acting-user;idempotency-key' +
    '&Signature=hFCoruYG4kA/LwTRyq8bn4rlc8erM0PvlS4/jLN3Q1o=',
} as const satisfies Vector & { headers: Readonly<Record<string, string>>; authorization: string };

export function authorizationOf(signature: string): string {
  return `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`;
}
