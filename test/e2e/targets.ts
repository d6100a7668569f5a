import { readFileSync } from 'node:fs';
import { inject } from 'vitest';

/** What an official client is pointed at: nothing but its connection string and address differ. */
export interface SdkTarget {
  readonly name: string;
  readonly connectionString: string;
  /** https, which the clients insist on where they send user tokens. */
  readonly tlsEndpoint: string;
}

const { acsConnectionString, acsTls, client, switchboardTls, ca } = inject('stack');

export const SDK_TARGETS: readonly SdkTarget[] = [
  { name: 'the emulator', connectionString: acsConnectionString ?? '', tlsEndpoint: acsTls },
  { name: 'Switchboard', connectionString: client ?? '', tlsEndpoint: switchboardTls },
];

/** For http on this machine. */
export const INSECURE = { allowInsecureConnection: true };

/** For https with the certificate of the stack. */
export const TRUSTING = { tlsOptions: { ca: readFileSync(ca, 'utf8') } };

/** The same key for the https address. */
export function overTls({ connectionString, tlsEndpoint }: SdkTarget): string {
  return connectionString.replace(/^endpoint=[^;]+/, `endpoint=${tlsEndpoint}/`);
}

/** The same address with a key that nobody has. */
export function withWrongKey({ connectionString }: SdkTarget): string {
  return connectionString.replace(/accesskey=.+$/, `accesskey=${Buffer.from('a wrong key').toString('base64')}`);
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
