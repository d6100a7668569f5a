/** Where Switchboard is, and a client's key. */
export interface SwitchboardConnection {
  /** Such as `https://switchboard.contoso.com`. */
  readonly endpoint: string;
  /** In base64. */
  readonly accessKey: string;
}

const FORM = 'The connection string must read endpoint=https://…;accesskey=…';

/**
 * Reads a connection string, with the names in any case and order, as the ACS SDKs do.
 *
 * @throws TypeError, whose message never contains the access key
 */
export function parseConnection(connection: string | SwitchboardConnection | undefined): SwitchboardConnection {
  if (typeof connection !== 'string') return partsOf(connection);
  const members = connection.split(';').filter((it) => it.trim() !== '');
  const values = new Map(members.map((member) => splitAt(member, member.indexOf('='))));
  const [endpoint, accessKey] = [values.get('endpoint'), values.get('accesskey')];
  if (!endpoint || !accessKey) throw new TypeError(FORM);
  return { endpoint: originOf(endpoint), accessKey };
}

/** @param connection anything, from a program without types, or from an environment variable that is not set */
function partsOf(connection: Partial<SwitchboardConnection> | undefined): SwitchboardConnection {
  const { endpoint, accessKey } = connection ?? {};
  if (typeof accessKey !== 'string') throw new TypeError(`${FORM}, or be an object with endpoint and accessKey.`);
  return { endpoint: originOf(endpoint ?? ''), accessKey };
}

function splitAt(member: string, equals: number): [name: string, value: string] {
  return [member.slice(0, Math.max(equals, 0)).trim().toLowerCase(), member.slice(equals + 1).trim()];
}

function originOf(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isAddress =
    url &&
    /^https?:$/.test(url.protocol) &&
    /^\/*$/.test(url.pathname) &&
    url.username + url.password + url.search + url.hash === '';
  if (!isAddress) throw new TypeError("The endpoint must be an address such as 'https://switchboard.contoso.com'.");
  return url.origin;
}
