import { meantBy } from '../contract/phoneNumber.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import { EVERY_COUNTRY, SENDER_COUNTRY } from '../settings/clientSettings.ts';
import type { Client } from './clients.ts';
import type { CountryTest } from './numberCountries.ts';

/** The part of a client that determines where it may send messages. */
type Destined = Pick<Client, 'name' | 'recipients' | 'countries'>;

/** Why a recipient is not allowed, in words for the caller. */
export type DestinationProblem = string;

/**
 * Returns why the client may not send to a recipient; undefined if it may. Accepts any case of an address and any notation of
 * a phone number. If a notation may mean several numbers, all of them must be allowed.
 */
export type DestinationRule = (recipient: string) => DestinationProblem | undefined;

const anyDestination: DestinationRule = () => undefined;

/**
 * The rule for SMS messages from this sender, created once for many recipients. Phone number metadata is loaded only if
 * the client is restricted to countries.
 */
export async function smsDestinations(client: Destined, sender: string): Promise<DestinationRule> {
  const listed = recipientTest(client);
  const country = await smsCountryRule(client, sender);
  if (!listed && !country) return anyDestination;
  const problemOf: DestinationRule = (number) => (listed && !listed(number) ? notListed(client) : country?.(number));
  return (recipient) =>
    meantBy(recipient)
      .map(problemOf)
      .find((it) => it !== undefined);
}

/** The rule for emails. */
export function emailDestinations(client: Destined): DestinationRule {
  const listed = recipientTest(client);
  if (!listed) return anyDestination;
  return (address) => (listed(address.trim().toLowerCase()) ? undefined : notListed(client));
}

export function destinationNotAllowed(problem: DestinationProblem, target: string): SwitchboardError {
  return new SwitchboardError('DestinationNotAllowed', problem, { target });
}

function notListed({ name }: Destined): DestinationProblem {
  return `The client '${name}' may not send to this recipient.`;
}

/** @returns undefined if the client is not restricted to listed recipients */
function recipientTest({ recipients }: Destined): ((normalised: string) => boolean) | undefined {
  if (!recipients) return undefined;
  const exact = new Set(recipients);
  const starts = recipients.filter((it) => it.endsWith('*')).map((it) => it.slice(0, -1));
  const domains = new Set(recipients.filter((it) => it.startsWith('*@')).map((it) => it.slice(1)));
  return (it) => {
    if (exact.has(it)) return true;
    const at = it.lastIndexOf('@');
    // Prefixes are for numbers only: an address may start with `+1425` as well.
    return at >= 0 ? domains.has(it.slice(at)) : starts.some((start) => it.startsWith(start));
  };
}

/** @returns undefined if every country is allowed */
async function smsCountryRule({ name, countries }: Destined, sender: string): Promise<DestinationRule | undefined> {
  if (countries === undefined || countries[0] === EVERY_COUNTRY) return undefined;
  const { countriesOfSender, countryTest } = await import('./numberCountries.ts');
  if (countries !== SENDER_COUNTRY) return withProblem(countryTest(new Set(countries)), name, countries.join(', '));
  const own = countriesOfSender(sender);
  // Otherwise a leaked key could reach every country by choosing a sender ID.
  if (own.size === 0) return () => `This sender belongs to no country: set 'countries' for the client '${name}'.`;
  return withProblem(countryTest(own), name, 'the country of the sending number');
}

function withProblem(isAllowed: CountryTest, name: string, countries: string): DestinationRule {
  return (number) =>
    isAllowed(number) ? undefined : `The client '${name}' may not send to this country. Allowed: ${countries}.`;
}
