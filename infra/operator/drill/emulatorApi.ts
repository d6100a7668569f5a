import * as z from 'zod';
import { importKey, sign } from '../../../shared/signing/sign.ts';

const keys = z.object({ primaryConnectionString: z.string(), secondaryConnectionString: z.string() });
const messages = z.object({ value: z.array(z.object({ message: z.string() })) });

/** Replaces a key as the resource manager does. @returns both connection strings */
export async function regenerateKey(acs: string, name: 'primary' | 'secondary') {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${acs}/_emulator/keys/${name}:regenerate`, { method: 'POST', headers });
  return keys.parse(await response.json());
}

/** Whether ACS accepts a key. */
export async function isAccepted(acs: string, accessKey: string): Promise<boolean> {
  const url = `${acs}/identities?api-version=2023-10-01`;
  const { host: _host, ...headers } = sign({ method: 'POST', url, date: new Date() }, importKey(accessKey));
  return (await fetch(url, { method: 'POST', headers })).ok;
}

/** Returns the content of the SMS messages that ACS received. */
export async function deliveredSms(acs: string): Promise<string[]> {
  const { value } = messages.parse(await (await fetch(`${acs}/_emulator/sms`)).json());
  return value.map(({ message }) => message);
}

/** Returns the key in a connection string. */
export function keyOf(connectionString: string): string {
  return connectionString.replace(/^.*accesskey=/i, '');
}
