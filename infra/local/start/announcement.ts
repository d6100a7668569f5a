import type { ClientSettings } from '../../../shared/settings/clientSettings.ts';
import type { Ports } from './options.ts';
import type { Variables } from './settings.ts';

/** What `npm start -- --json` prints: how to reach everything that runs. */
export interface Announcement {
  readonly switchboard: string;
  readonly switchboardTls: string;
  readonly acs: string;
  readonly acsTls: string;
  /** PEM file of the authority behind the two https addresses. */
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

/** The same for people, with a first command to try. */
export function announcementText(
  it: Announcement,
  clients: readonly ClientSettings[],
  { ephemeral }: { readonly ephemeral: boolean },
): string {
  return [
    '',
    'Switchboard is running.',
    '',
    `  Switchboard    ${it.switchboard}   ${it.switchboardTls}`,
    `  ACS emulator   ${it.acs}   ${it.acsTls}`,
    `  what ACS got   ${it.acs}/_emulator/sms   …/emails  …/threads  …/identities`,
    `  CA             ${it.ca}   (trust it for https)`,
    `  data           ${it.dataDir}`,
    '',
    ...clientLines(it, clients, ephemeral),
    '',
    'Press Ctrl-C to stop.',
    '',
  ].join('\n');
}

const FIRST_CALL = `npm run call -- POST /sms '{"from":"+18005550100","smsRecipients":[{"to":"+14255550123"}],"message":"Hello"}'`;

function clientLines({ client }: Announcement, [first]: readonly ClientSettings[], ephemeral: boolean): string[] {
  if (!first || client === undefined) return ['No client can call: the setting CLIENTS is empty.'];
  // An ephemeral start leaves nothing in the project folder by which it could be found.
  const connection = ephemeral ? ` --connection '${client}'` : '';
  return [
    `Client connection string (client '${first.name}', for any official ACS SDK):`,
    `  ${client}`,
    '',
    'Try it in a second terminal:',
    `  ${FIRST_CALL}${connection}`,
  ];
}
