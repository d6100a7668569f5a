import type { Settings } from '../../../shared/settings/settings.ts';
import { importKey } from '../../../shared/signing/sign.ts';
import type { Connection } from '../../local/client/connection.ts';
import type { KnownKey } from './parts.ts';

export interface KeySources {
  /** The caller's own. */
  readonly connection: Connection | undefined;
  /** Undefined where they cannot be used. */
  readonly settings: Settings | undefined;
  /** Whose key is expected; any client's when not given. */
  readonly client: string | undefined;
}

/**
 * All keys that may have signed, the expected ones among them.
 *
 * @throws Error when there is none, or no client of that name
 */
export function knownKeys({ connection, settings, client }: KeySources): readonly KnownKey[] {
  const clients = settings?.clients ?? [];
  if (client !== undefined && !clients.some(({ name }) => name === client)) {
    throw new Error(
      `CLIENTS has no client '${client}'; there are: ${clients.map(({ name }) => name).join(', ') || 'none'}.`,
    );
  }
  const own = connection ? known('the key of --connection', connection.accessKey, true) : [];
  const isExpected = (name: string) => connection === undefined && (client === undefined || client === name);
  const ofClients = clients.flatMap(({ name, keys }) =>
    keys.flatMap((key) => known(`a key of the client '${name}'`, key, isExpected(name))),
  );
  const ofAcs = settings?.acs.kind === 'keys' ? settings.acs.accessKeys : [];
  const all = [...own, ...ofClients, ...ofAcs.flatMap((key) => known('an access key of the ACS resource', key, false))];
  if (all.some((it) => it.isExpected)) return all;
  throw new Error("No key is known: give --connection 'endpoint=…;accesskey=…', or settings with CLIENTS.");
}

/** The key, and the same taken for text: a slip of those who sign by themselves. */
function known(owner: string, base64: string, isExpected: boolean): KnownKey[] {
  const asText = importKey(Buffer.from(base64).toString('base64'));
  return [
    { owner, key: importKey(base64), isExpected },
    { owner: `${owner}, without decoding it from base64`, key: asText, isExpected: false },
  ];
}

/** The hosts under which a client may know this Switchboard. */
export function knownHosts({ connection, settings }: KeySources): readonly string[] {
  const urls = [connection?.endpoint, settings?.publicUrl, settings?.ownUrl].filter((url) => url !== undefined);
  return [...new Set(urls.map((url) => new URL(url).host))];
}
