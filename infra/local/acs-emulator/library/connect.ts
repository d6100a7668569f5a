import { DEFAULT_MAILBOX } from '../context.ts';
import { InspectionApi } from './inspectionApi.ts';
import { type AcsMailbox, createMailboxHelpers } from './mailbox.ts';

export interface ConnectOptions {
  /** e.g. `http://127.0.0.1:8787`. To trust the certificate of an https address, set `NODE_EXTRA_CA_CERTS`. */
  readonly url: string;
  /** An existing mailbox; default: `default`. */
  readonly mailbox?: string;
}

/** An emulator in another process, seen through one of its mailboxes. `close` ends the connection, not the emulator. */
export interface ConnectedAcsEmulator extends AcsMailbox {
  readonly url: string;
  /** Creates a mailbox with a key of its own. `close` deletes it. @param name default: a random one */
  createMailbox(name?: string): Promise<AcsMailbox>;
}

/**
 * Connects to an emulator that runs in another process, or on another machine.
 *
 * @throws TypeError if the url is not one of http or https
 * @throws AcsEmulatorError if the emulator does not answer, or has no such mailbox
 */
export async function connectToAcsEmulator({
  url,
  mailbox: name = DEFAULT_MAILBOX,
}: ConnectOptions): Promise<ConnectedAcsEmulator> {
  if (!/^https?:\/\/[^/?#]+\/?$/.test(url)) {
    throw new TypeError(`url: must be http://<host>:<port> or https://<host>:<port>, not ${JSON.stringify(url)}`);
  }
  const api = new InspectionApi(url);
  const keys = await api.call('GET', 'keys', { query: { mailbox: name } });
  const { primaryConnectionString: connectionString } = keys as { readonly primaryConnectionString: string };
  const close = async () => api.close();
  const mailbox = createMailboxHelpers(api, { name, connectionString, close });
  return { ...mailbox, url: api.url, createMailbox: (own) => createMailbox(api, own) };
}

/** @throws AcsEmulatorError if the name is invalid or taken, or there are as many mailboxes as there can be */
export async function createMailbox(api: InspectionApi, wanted?: string): Promise<AcsMailbox> {
  const created = await api.call('POST', 'mailboxes', { body: wanted === undefined ? {} : { name: wanted } });
  const { name, connectionString } = created as { readonly name: string; readonly connectionString: string };
  const close = async () => {
    if (!api.isClosed) await api.call('DELETE', `mailboxes/${encodeURIComponent(name)}`);
  };
  return createMailboxHelpers(api, { name, connectionString, close });
}
