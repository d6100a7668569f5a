import { createHash, createHmac } from 'node:crypto';
import type { KnownKey } from '../../../../infra/local/acs-emulator/outbox/signature/keyUses.ts';
import {
  diagnoseSignature,
  type RefusedRequest,
} from '../../../../infra/local/acs-emulator/outbox/signatureDiagnosis.ts';
import { authorizationOf, DATE, KEY, OTHER_KEY } from '../../../../shared/signing/vectors.ts';

export const NOW = new Date(DATE);
export const HOST = '127.0.0.1:8787';
export const TARGET = '/sms?api-version=2021-03-07';
export const BODY = '{"from":"+18005550100","smsRecipients":[{"to":"+14255550123"}],"message":"Gr\u00fc\u00dfe/1"}';
export const LISTED = 'x-ms-date;host;x-ms-content-sha256';

export const primary: KnownKey = { name: 'the primary key', secret: KEY, isValid: true };
export const former: KnownKey = { name: 'a former primary key', secret: OTHER_KEY, isValid: false };
export const KEYS = [primary, former];

export const sha256 = (body: string | Uint8Array) => createHash('sha256').update(body).digest('base64');
export const hex256 = (body: string) => createHash('sha256').update(body).digest('hex');
export const hmac = (text: string, key: string | Uint8Array = Buffer.from(KEY, 'base64')) =>
  createHmac('sha256', key).update(text).digest('base64');

/** A client written from the documentation of the scheme, each step of which a test can spoil. */
export interface Client {
  readonly method?: string;
  readonly sentTarget?: string;
  readonly sentBody?: string | Uint8Array;
  readonly isHttps?: boolean;
  readonly date?: string;
  readonly sentHash?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly key?: string | Uint8Array;
  readonly text?: string;
  readonly authorization?: (signature: string) => string;
  readonly signed?: Partial<{ method: string; target: string; date: string; host: string; hash: string }>;
}

export function request(client: Client): RefusedRequest {
  const { method = 'POST', sentTarget = TARGET, sentBody = BODY, date = DATE, signed = {} } = client;
  const sentHash = client.sentHash ?? sha256(sentBody);
  const third = `${signed.date ?? date};${signed.host ?? HOST};${signed.hash ?? sentHash}`;
  const text = client.text ?? `${signed.method ?? method}\n${signed.target ?? sentTarget}\n${third}`;
  const authorization = (client.authorization ?? authorizationOf)(hmac(text, client.key));
  const headers = {
    Host: HOST,
    'x-ms-date': date,
    'x-ms-content-sha256': sentHash,
    Authorization: authorization,
    ...client.headers,
  };
  return {
    method,
    target: sentTarget,
    headers: Object.entries(headers),
    body: Buffer.from(sentBody as string),
    isHttps: client.isHttps ?? false,
  };
}

export function diagnose(client: Client, keys: readonly KnownKey[] = KEYS, now = NOW) {
  const diagnosis = diagnoseSignature(request(client), keys, now);
  if (!diagnosis) throw new Error('There is no diagnosis.');
  const differing = diagnosis.lines.filter((line) => line.differs).map((line) => line.part);
  return { ...diagnosis, differing };
}

export const line = (part: string, lines: ReturnType<typeof diagnose>['lines']) => lines.find((it) => it.part === part);
