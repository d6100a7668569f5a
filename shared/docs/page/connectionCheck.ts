import { parseConnection, type SwitchboardConnection } from '../../client/connection.ts';
import { LOOPBACK } from '../../settings/loopback.ts';

/** The addresses of the Switchboard that has served this page. */
export interface OwnAddresses {
  /** Where the browser has found the page, without `/docs`. */
  readonly page: string;
  /** As Switchboard names itself in its OpenAPI document: `PUBLIC_URL`, or the address at which the request arrived. */
  readonly server: string;
}

const ONLY_AN_ACS_CLIENT_MAY =
  'This is the key of the ACS resource itself, which only Switchboard may have. Use the connection string of a ' +
  'Switchboard client, which your operator gave you.';

const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/endpoint=https?:\/\/[^;/]*\.communication\.azure\.[a-z]+/i, ONLY_AN_ACS_CLIENT_MAY],
  [
    /^\s*(?:DefaultEndpointsProtocol|AccountName|BlobEndpoint|QueueEndpoint|UseDevelopmentStorage)=/i,
    'This is the connection string of a storage account, not of a Switchboard client.',
  ],
  [
    /^[A-Za-z0-9+/]{16,}={0,2}$/,
    'This is an access key alone. Paste the whole connection string: endpoint=https://…;accesskey=…',
  ],
  [
    /^https?:\/\/[^;]*$/i,
    'This is an address alone. Paste the whole connection string: endpoint=https://…;accesskey=…',
  ],
];

/**
 * Checks a connection string that a user has pasted.
 *
 * @throws TypeError that says what to paste instead, and never contains the key
 */
export function checkConnection(text: string, own: OwnAddresses): SwitchboardConnection {
  const pasted = text.trim().replace(/^(['"])(.*)\1$/, '$2');
  const [, message] = OTHERS.find(([form]) => form.test(pasted)) ?? [];
  if (message !== undefined) throw new TypeError(message);
  const connection = parseConnection(pasted);
  if (!isOwn(connection.endpoint, own)) {
    throw new TypeError(
      `This connection string is for ${connection.endpoint}, and this page belongs to ${own.server}. ` +
        `Open ${connection.endpoint}/docs instead.`,
    );
  }
  return connection;
}

/** On a developer's machine, the name of the host does not matter: another port is another program. */
function isOwn(endpoint: string, { page, server }: OwnAddresses): boolean {
  return [page, server].some((address) => {
    const [one, other] = [new URL(endpoint), new URL(address)];
    return one.host === other.host || (isLoopback(one) && isLoopback(other) && one.port === other.port);
  });
}

/**
 * The host to sign. Switchboard accepts its own names only, whatever a gateway makes of the `Host` header; the operator has
 * put one of them into the connection string. On a developer's machine, Switchboard expects the name that was called.
 */
export function hostToSign(endpoint: string, { server }: OwnAddresses): string {
  const url = new URL(endpoint);
  return isLoopback(url) ? new URL(server).host : url.host;
}

function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.test(hostname);
}
