import { type Client, createClients, mayCall } from '../../../shared/clients/clients.ts';
import { senderKind } from '../../../shared/contract/phoneNumber.ts';
import { SENDER_COUNTRY } from '../../../shared/settings/clientSettings.ts';
import { LOOPBACK } from '../../../shared/settings/loopback.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { type Finding, ok, warning } from './findings.ts';

export const CLIENTS = 'client keys';

/** Checks that clients have keys, and that none is a key of ACS. */
export function examineClients({ clients, acs }: Settings): Finding {
  if (clients.length === 0) {
    return warning(
      CLIENTS,
      'CLIENTS is empty: every HTTP call returns 401.',
      'Add [{"name":"<app>","keys":["<openssl rand -base64 64>"]}] as CLIENTS.',
    );
  }
  const acsKeys = acs.kind === 'keys' ? acs.accessKeys : [];
  const shared = clients.find(({ keys }) => keys.some((key) => acsKeys.includes(key)));
  if (shared) {
    return warning(
      CLIENTS,
      `The client '${shared.name}' in CLIENTS uses a key of the ACS resource.`,
      'Give the client its own key (openssl rand -base64 64) and regenerate that key of the resource.',
    );
  }
  return ok(CLIENTS, clients.map(({ name, keys }) => `${name}: ${keys.length}`).join(', '));
}

export const LIMITS = 'client limits';

const README = '(functions/README.md, "Limits per client")';

/** Checks that limits contain the damage of a leaked key. The emulator costs nothing and needs none. */
export function examineLimits({ clients: settings, defaultLimits, acs }: Settings): Finding {
  if (LOOPBACK.test(new URL(acs.endpoint).hostname)) return ok(LIMITS, 'not needed for the emulator');
  const known = createClients(settings, defaultLimits);
  const clients = settings.map(({ name }) => known.named(name));
  const unlimited = clients.filter(({ limits }) => Object.keys(limits).length === 0);
  if (unlimited.length > 0) {
    const message = `${namesOf(unlimited)} can send without limits.`;
    return warning(LIMITS, message, `Set DEFAULT_LIMITS, or limits in CLIENTS ${README}.`);
  }
  const everywhere = clients.filter((it) => it.countries === undefined && maySendSms(it) && mayHaveNoCountry(it));
  if (everywhere.length > 0) {
    const message = `${namesOf(everywhere)} can send SMS from a short code or sender ID to every country.`;
    return warning(LIMITS, message, `Set countries in CLIENTS, or ["*"] if that is intended ${README}.`);
  }
  const nowhere = clients.filter((it) => it.countries === SENDER_COUNTRY && [...(it.senders ?? [])].some(hasNoCountry));
  if (nowhere.length > 0) {
    const message = `${namesOf(nowhere)} cannot send from a short code or sender ID: neither has a country, and countries is 'sender'.`;
    return warning(LIMITS, message, `Set countries in CLIENTS ${README}.`);
  }
  return ok(LIMITS);
}

function maySendSms(client: Client): boolean {
  return mayCall(client, 'sendSms') || mayCall(client, 'submitSmsBatch');
}

/** A client without a list of senders may use any sender. */
function mayHaveNoCountry({ senders }: Client): boolean {
  return senders === undefined || [...senders].some(hasNoCountry);
}

function hasNoCountry(sender: string): boolean {
  return !sender.includes('@') && ['shortCode', 'alphanumeric'].includes(senderKind(sender));
}

function namesOf(clients: readonly Client[]): string {
  return `${clients.length > 1 ? 'The clients' : 'The client'} ${clients.map(({ name }) => `'${name}'`).join(', ')}`;
}
