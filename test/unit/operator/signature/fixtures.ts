import type { Capture } from '../../../../infra/operator/signature/capture.ts';
import { type Diagnosis, diagnose } from '../../../../infra/operator/signature/diagnose.ts';
import type { KnownKey } from '../../../../infra/operator/signature/signedParts.ts';
import { importKey, sign } from '../../../../shared/signing/sign.ts';
import { DATE, KEY, OTHER_KEY } from '../../../../shared/signing/vectors.ts';

export const NOW = new Date(DATE);

const known = (owner: string, key: string, isExpected: boolean): KnownKey => ({
  owner,
  key: importKey(key),
  isExpected,
});

/** The caller's key, and another client's. */
export const KEYS = [
  known('the key of --connection', KEY, true),
  known("a key of the client 'desk'", OTHER_KEY, false),
];

export interface Signed {
  readonly method: string;
  readonly url: string;
  readonly body?: string | Uint8Array;
  readonly date?: Date;
  readonly key?: string;
}

/** A correctly signed request. */
export function captured({ method, url, body = '', date = NOW, key = KEY }: Signed): Capture {
  const { host, pathname, search } = new URL(url);
  const headers = sign({ method, url, body, date }, importKey(key));
  return {
    method,
    target: pathname + search,
    headers: new Map(Object.entries({ ...headers, host })),
    body: Buffer.from(body),
  };
}

/** Returns the capture with changed headers. */
export function withHeaders(capture: Capture, headers: Readonly<Record<string, string | undefined>>): Capture {
  const changed = Object.entries({ ...Object.fromEntries(capture.headers), ...headers });
  return {
    ...capture,
    headers: new Map(changed.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
  };
}

export function diagnosed(capture: Capture, hosts: readonly string[] = []): Diagnosis {
  return diagnose({ capture, keys: KEYS, hosts, now: NOW });
}
