import { readSettings, type Settings } from '../../../shared/settings/settings.ts';
import type { Random } from '../engine/types.ts';

/** The Azure resource that Switchboard sends through. */
export const RESOURCE_ID =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.Communication/communicationServices/contoso';
export const ACS_ORIGIN = 'https://contoso.communication.azure.com';
export const OWN_ORIGIN = 'https://switchboard.example';

/** A number that does not belong to the resource. */
export const FOREIGN_SENDER = '+18005550999';

export interface SimulatedClient {
  readonly name: string;
  readonly key: string;
  readonly limits: Readonly<Record<string, number>>;
  /** Undefined: any. */
  readonly senders: readonly string[] | undefined;
}

/** What differs between seeds, and what operators change while everything runs. */
export interface Installation {
  readonly clients: readonly SimulatedClient[];
  /** Recipients per minute by sender; also ACS's quota. */
  readonly rates: Readonly<Record<string, number>>;
  readonly emailSenders: readonly string[];
  readonly emailLimits: { readonly custom: EmailLimits; readonly managed: EmailLimits };
  readonly windowSeconds: number;
  /** The access keys of the resource, in the order of the settings. */
  readonly acsKeys: readonly string[];
}

export interface EmailLimits {
  readonly sendsPerMinute: number;
  readonly sendsPerHour: number;
  readonly readsPerMinute: number;
  readonly readsPerHour: number;
}

export function keyNamed(name: string): string {
  return Buffer.from(`simulated key of ${name}`.padEnd(48, '!')).toString('base64');
}

const SENDERS = ['+18005550100', '+18005550101', '12345', 'CONTOSO'];

/** With defaults of new subscriptions, a hundred emails would take an hour: most installations have asked for more. */
const RAISED: EmailLimits = { sendsPerMinute: 120, sendsPerHour: 2000, readsPerMinute: 120, readsPerHour: 4000 };
const DEFAULT_CUSTOM: EmailLimits = { sendsPerMinute: 30, sendsPerHour: 100, readsPerMinute: 60, readsPerHour: 200 };
const DEFAULT_MANAGED: EmailLimits = { sendsPerMinute: 5, sendsPerHour: 10, readsPerMinute: 10, readsPerHour: 20 };

/** Draws an installation: fast and slow senders, clients with and without limits. */
export function drawInstallation(random: Random): Installation {
  const rates = Object.fromEntries(SENDERS.map((sender) => [sender, random.pick([6, 20, 200, 200, 600, 6000])]));
  return {
    clients: [
      { name: 'shop', key: keyNamed('shop'), limits: {}, senders: undefined },
      { name: 'desk', key: keyNamed('desk'), limits: drawLimits(random), senders: [...SENDERS, ...EMAIL_SENDERS] },
      {
        name: 'office',
        key: keyNamed('office'),
        limits: { perRecipientPerDay: random.between(1, 3) },
        senders: random.chance(0.5) ? undefined : [...SENDERS, ...EMAIL_SENDERS],
      },
    ],
    rates,
    emailSenders: EMAIL_SENDERS,
    emailLimits: random.chance(0.7)
      ? { custom: RAISED, managed: { ...RAISED, sendsPerMinute: 60 } }
      : { custom: DEFAULT_CUSTOM, managed: DEFAULT_MANAGED },
    windowSeconds: 300,
    acsKeys: [keyNamed('acs one'), keyNamed('acs two')],
  };
}

const EMAIL_SENDERS = ['news@contoso.com', 'orders@contoso.azurecomm.net'];

function drawLimits(random: Random): Readonly<Record<string, number>> {
  return {
    smsPerMinute: random.pick([5, 40, 500]),
    emailsPerMinute: random.pick([3, 20]),
    requestsPerMinute: random.pick([6, 60]),
    batchRecipients: random.pick([100, 5000]),
  };
}

/** What an operator has set at one time. */
export interface Configuration {
  readonly clients: readonly SimulatedClient[];
  readonly acsKeys: readonly string[];
}

export function settingsOf({ rates, emailLimits, windowSeconds }: Installation, at: Configuration): Settings {
  const [primary = '', secondary] = at.acsKeys;
  return readSettings({
    ACS_CONNECTION_STRING: `endpoint=${ACS_ORIGIN}/;accesskey=${primary}`,
    ...(secondary === undefined
      ? {}
      : { ACS_CONNECTION_STRING_SECONDARY: `endpoint=${ACS_ORIGIN}/;accesskey=${secondary}` }),
    ACS_RESOURCE_ID: RESOURCE_ID,
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    WEBSITE_HOSTNAME: new URL(OWN_ORIGIN).host,
    SMS_RATES_PER_MINUTE: JSON.stringify(rates),
    SMS_REPEATABILITY_WINDOW_SECONDS: String(windowSeconds),
    EMAIL_LIMITS: JSON.stringify(emailLimits),
    CLIENTS: JSON.stringify(
      at.clients.map(({ name, key, limits, senders }) => ({
        ...{ name, keys: [key], limits },
        ...(senders ? { senders } : {}),
      })),
    ),
  });
}
