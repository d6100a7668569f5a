import type { ClientSettings } from '../../../shared/settings/clientSettings.ts';
import { commandText } from '../../toolchain/installation.ts';
import type { Ports } from './ports.ts';
import type { Variables } from './settings.ts';

/** What `npm start -- --json` prints: how to reach everything that runs. */
export interface Announcement {
  readonly switchboard: string;
  readonly switchboardTls: string;
  readonly acs: string;
  readonly acsTls: string;
  /** PEM file with the certificate authority of both https addresses. */
  readonly ca: string;
  readonly storage: string | undefined;
  /** Connection string of the first client, for any official ACS SDK. */
  readonly client: string | undefined;
  readonly acsConnectionString: string | undefined;
  readonly dataDir: string;
}

export function announcementOf(
  facts: { ports: Ports; settings: Variables; ca: string; dataDir: string },
  clients: readonly ClientSettings[],
): Announcement {
  const { ports, settings, ca, dataDir } = facts;
  const address = (scheme: string, port: number) => `${scheme}://127.0.0.1:${port}`;
  const key = clients[0]?.keys[0];
  return {
    switchboard: address('http', ports.switchboard),
    switchboardTls: address('https', ports.switchboardTls),
    acs: address('http', ports.acs),
    acsTls: address('https', ports.acsTls),
    ca,
    storage: settings['AzureWebJobsStorage'],
    client: key && `endpoint=${address('http', ports.switchboard)}/;accesskey=${key}`,
    acsConnectionString: settings['ACS_CONNECTION_STRING'],
    dataDir,
  };
}

const FIRST_CALL = commandText(
  'call',
  `POST /sms '{"from":"+18005550100","smsRecipients":[{"to":"+14255550123"}],"message":"Hello"}'`,
);

/** The banner on a terminal, with a first command to try. */
export function announcementText(
  it: Announcement,
  [first]: readonly ClientSettings[],
  { ephemeral }: { readonly ephemeral: boolean },
): string {
  // Other commands cannot find an ephemeral start, because it leaves nothing in the project folder.
  const connection = ephemeral ? ` --connection '${it.client}'` : '';
  const client =
    first && it.client !== undefined
      ? [`  Client         ${it.client}  ('${first.name}', for any official ACS SDK)`]
      : ['  Client         No client can call: the setting CLIENTS is empty.'];
  const firstCall = it.client === undefined ? [] : ['', 'Try it in a second terminal:', `  ${FIRST_CALL}${connection}`];
  return [
    'Switchboard is running.',
    '',
    `  Switchboard    ${it.switchboard}   ${it.switchboardTls}`,
    `  API docs       ${it.switchboard}/docs`,
    `  ACS emulator   ${it.acs}   ${it.acsTls}   (what it received)`,
    `  CA             ${it.ca}   (trust it for https)`,
    `  Data           ${it.dataDir}`,
    `  Storage        ${it.storage}`,
    ...client,
    ...firstCall,
    'Press Ctrl-C to stop.',
  ].join('\n');
}
