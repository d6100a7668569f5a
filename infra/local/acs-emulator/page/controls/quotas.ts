/** The quotas, as `GET /_emulator/quotas` returns them. */
export interface Quotas {
  readonly sms: Readonly<Record<string, number>>;
  readonly email: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly identity: Readonly<Record<string, number>>;
}

/** A window of a quota, as `GET /_emulator/quotas/usage` lists it. */
export interface QuotaUsage {
  readonly quota: string;
  readonly sender?: string;
  readonly limit: number;
  readonly used: number;
  readonly windowSeconds: number;
  readonly resetsAt?: string;
}

/** Limits by the names that errors and usage give them, e.g. `email.custom.sendsPerHour`. */
export type Limits = Readonly<Record<string, number>>;

export interface LimitGroup {
  readonly title: string;
  readonly hint: string;
  readonly fields: readonly { readonly name: string; readonly title: string }[];
}

const EMAIL_FIELDS = [
  ['sendsPerMinute', 'Sends a minute'],
  ['sendsPerHour', 'Sends an hour'],
  ['readsPerMinute', 'Status reads a minute'],
  ['readsPerHour', 'Status reads an hour'],
] as const;

const emailFields = (kind: string) => EMAIL_FIELDS.map(([name, title]) => ({ name: `email.${kind}.${name}`, title }));

export const LIMIT_GROUPS: readonly LimitGroup[] = [
  {
    title: 'SMS',
    hint: 'Recipients a minute, of each number; alphanumeric senders share one limit',
    fields: [
      { name: 'sms.tollFree', title: 'Toll-free number' },
      { name: 'sms.shortCode', title: 'Short code' },
      { name: 'sms.alphanumeric', title: 'Alphanumeric senders' },
    ],
  },
  { title: 'Email, custom domain', hint: 'Requests', fields: emailFields('custom') },
  { title: 'Email, Azure-managed domain', hint: 'Requests', fields: emailFields('managed') },
  {
    title: 'Identities',
    hint: 'Requests in 30 seconds',
    fields: [
      { name: 'identity.createIdentity', title: 'Create identity' },
      { name: 'identity.deleteIdentity', title: 'Delete identity' },
      { name: 'identity.issueAccessToken', title: 'Issue token' },
      { name: 'identity.revokeAccessTokens', title: 'Revoke tokens' },
      { name: 'identity.exchangeTeamsUserAccessToken', title: 'Exchange Teams token' },
    ],
  },
];

/** @see https://learn.microsoft.com/azure/communication-services/concepts/service-limits */
export const AZURE_LIMITS: Limits = {
  'sms.tollFree': 200,
  'sms.shortCode': 6000,
  'sms.alphanumeric': 600,
  'email.custom.sendsPerMinute': 30,
  'email.custom.sendsPerHour': 100,
  'email.custom.readsPerMinute': 60,
  'email.custom.readsPerHour': 200,
  'email.managed.sendsPerMinute': 5,
  'email.managed.sendsPerHour': 10,
  'email.managed.readsPerMinute': 10,
  'email.managed.readsPerHour': 20,
  'identity.createIdentity': 1000,
  'identity.deleteIdentity': 500,
  'identity.issueAccessToken': 1000,
  'identity.revokeAccessTokens': 500,
  'identity.exchangeTeamsUserAccessToken': 500,
};

const TITLES = new Map(
  LIMIT_GROUPS.flatMap(({ title, fields }) => fields.map((field) => [field.name, `${title}: ${lower(field.title)}`])),
);

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** @param name e.g. `sms.tollFree`, or `sms.+18005550100` of a sender with a limit of its own */
export function limitTitle(name: string): string {
  return TITLES.get(name) ?? `SMS: ${name.slice('sms.'.length)}`;
}

export function limitsOf({ sms, email, identity }: Quotas): Limits {
  const flat = (prefix: string, limits: Readonly<Record<string, number>>) =>
    Object.entries(limits).map(([name, limit]) => [`${prefix}.${name}`, limit] as const);
  const ofEmail = Object.entries(email).flatMap(([kind, limits]) => flat(`email.${kind}`, limits));
  return Object.fromEntries([...flat('sms', sms), ...ofEmail, ...flat('identity', identity)]);
}

export function quotasOf(limits: Limits): Quotas {
  const under = (prefix: string) =>
    Object.fromEntries(
      Object.entries(limits).flatMap(([name, limit]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), limit] as const] : [],
      ),
    );
  return {
    sms: under('sms.'),
    email: { custom: under('email.custom.'), managed: under('email.managed.') },
    identity: under('identity.'),
  };
}
