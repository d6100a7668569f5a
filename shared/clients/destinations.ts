import { numberIn } from '../contract/phoneNumber.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import { EVERY_COUNTRY, SENDER_COUNTRY } from '../settings/clientSettings.ts';
import type { Client } from './clients.ts';
import type { CountryTest } from './numberCountries.ts';

/** What decides where a client may send to. */
type Destined = Pick<Client, 'name' | 'recipients' | 'countries'>;

/** Why a recipient is not allowed: for the caller. */
export type DestinationProblem = string;

/**
 * Why the client may not send from one sender to a recipient; undefined where it may. A phone number may be spelled in any way,
 * an address in any case.
 */
export type DestinationRule = (recipient: string) => DestinationProblem | undefined;

const anyDestination: DestinationRule = () => undefined;

/**
 * The rule for SMS from this sender. It is made once for many recipients: the phone number rules are loaded only where
 * the client is restricted to countries.
 */
export async function smsDestinations(client: Destined, sender: string): Promise<DestinationRule> {
  const listed = recipientTest(client);
  const country = await smsCountryRule(client, sender);
  if (!listed && !country) return anyDestination;
  return (recipient) => {
    const number = numberIn(recipient);
    if (listed && !listed(number)) return notListed(client);
    return country?.(number);
  };
}

/** The rule for emails. */
export function emailDestinations(client: Destined): DestinationRule {
  const listed = recipientTest(client);
  if (!listed) return anyDestination;
  return (address) => (listed(address.trim().toLowerCase()) ? undefined : notListed(client));
}

/** Whether the client may send an SMS, or with `@` in the recipient an email, from X to Y. */
export async function mayReach(client: Destined, sender: string, recipient: string): Promise<boolean> {
  const rule = recipient.includes('@') ? emailDestinations(client) : await smsDestinations(client, sender);
  return rule(recipient) === undefined;
}

export function destinationNotAllowed(problem: DestinationProblem, target: string): SwitchboardError {
  return new SwitchboardError('DestinationNotAllowed', problem, { target });
}

function notListed({ name }: Destined): DestinationProblem {
  return `The client '${name}' may not send to this recipient.`;
}

/** @returns undefined where nothing is listed, which allows all */
function recipientTest({ recipients }: Destined): ((normalised: string) => boolean) | undefined {
  if (!recipients) return undefined;
  const exact = new Set(recipients);
  const starts = recipients.filter((it) => it.endsWith('*')).map((it) => it.slice(0, -1));
  const domains = new Set(recipients.filter((it) => it.startsWith('*@')).map((it) => it.slice(1)));
  return (it) => {
    if (exact.has(it)) return true;
    const at = it.lastIndexOf('@');
    // Starts are of numbers: an address may begin with `+1425`, too.
    return at >= 0 ? domains.has(it.slice(at)) : starts.some((start) => it.startsWith(start));
  };
}

/** @returns undefined where every country is allowed */
async function smsCountryRule({ name, countries }: Destined, sender: string): Promise<DestinationRule | undefined> {
  if (countries === undefined || countries[0] === EVERY_COUNTRY) return undefined;
  const { countriesOfSender, countryTest } = await import('./numberCountries.ts');
  if (countries !== SENDER_COUNTRY) return withProblem(countryTest(new Set(countries)), name, countries.join(', '));
  const own = countriesOfSender(sender);
  // Otherwise a leaked key could choose a sender ID, and with it every country.
  if (own.size === 0) return () => `This sender has no country of its own: set the countries of the client '${name}'.`;
  return withProblem(countryTest(own), name, 'the country of the sending number');
}

function withProblem(isAllowed: CountryTest, name: string, countries: string): DestinationRule {
  return (number) =>
    isAllowed(number) ? undefined : `The client '${name}' may not send to this country, only to: ${countries}.`;
}
