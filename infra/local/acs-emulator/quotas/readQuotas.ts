import type { Fields } from '../http/fields.ts';
import { readEmailRates } from './emailQuotas.ts';
import { readIdentityRates } from './identityQuotas.ts';
import type { Quotas } from './quotas.ts';
import { readSmsRates } from './smsQuotas.ts';

/** Reads the quotas of the services; an absent one has none. @throws the error of a field */
export function readQuotas(quotas: Fields): Required<Quotas> {
  quotas.allowOnly(['sms', 'email', 'identity']);
  return {
    sms: readSmsRates(quotas.optionalObject('sms')),
    email: readEmailRates(quotas.optionalObject('email')),
    identity: readIdentityRates(quotas.optionalObject('identity')),
  };
}
