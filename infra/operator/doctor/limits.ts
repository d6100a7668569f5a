import { type Client, createClients, mayCall } from '../../../shared/clients/clients.ts';
import { senderKind } from '../../../shared/contract/phoneNumber.ts';
import { SENDER_COUNTRY } from '../../../shared/settings/clientSettings.ts';
import { LOOPBACK } from '../../../shared/settings/origins.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { type Finding, ok, warning } from './finding.ts';

export const LIMITS = 'client limits';

const README = '(functions/README.md, "Limits per client")';

/** Whether a stolen key can do much harm: to an ACS resource that costs money, not to the emulator. */
export function examineLimits({ clients: settings, defaultLimits, acs }: Settings): Finding {
  if (LOOPBACK.test(new URL(acs.endpoint).hostname)) return ok(LIMITS, 'not needed for the emulator');
  const known = createClients(settings, defaultLimits);
  const clients = settings.map(({ name }) => known.named(name));
  const unlimited = clients.filter(({ limits }) => Object.keys(limits).length === 0);
  if (unlimited.length > 0) {
    const message = `Nothing limits how much ${namesOf(unlimited)} may send.`;
    return warning(LIMITS, message, `Set DEFAULT_LIMITS, or limits in CLIENTS ${README}.`);
  }
  const everywhere = clients.filter((it) => it.countries === undefined && maySendSms(it) && mayHaveNoCountry(it));
  if (everywhere.length > 0) {
    const message = `${namesOf(everywhere)} may send SMS from a short code or sender ID to every country.`;
    return warning(LIMITS, message, `Set countries in CLIENTS, to ["*"] if that is meant ${README}.`);
  }
  const nowhere = clients.filter((it) => it.countries === SENDER_COUNTRY && [...(it.senders ?? [])].some(hasNoCountry));
  if (nowhere.length > 0) {
    const message = `${namesOf(nowhere)} can reach nobody from a short code or sender ID, which has no country.`;
    return warning(LIMITS, message, `Set countries in CLIENTS ${README}.`);
  }
  return ok(LIMITS);
}

function maySendSms(client: Client): boolean {
  return mayCall(client, 'sendSms') || mayCall(client, 'submitSmsBatch');
}

/** A client without a list of senders may use any. */
function mayHaveNoCountry({ senders }: Client): boolean {
  return senders === undefined || [...senders].some(hasNoCountry);
}

function hasNoCountry(sender: string): boolean {
  return !sender.includes('@') && ['shortCode', 'alphanumeric'].includes(senderKind(sender));
}

function namesOf(clients: readonly Client[]): string {
  return `${clients.length > 1 ? 'the clients' : 'the client'} ${clients.map(({ name }) => `'${name}'`).join(', ')}`;
}
