import type { Fields } from '../http/fields.ts';
import { readEmailRates } from './emailQuotas.ts';
import type { Quotas } from './quotas.ts';
import { readSmsRates } from './smsQuotas.ts';

/** Reads the quotas of both services; an absent one has none. @throws the error of a field */
export function readQuotas(quotas: Fields): Required<Quotas> {
  quotas.allowOnly(['sms', 'email']);
  return {
    sms: readSmsRates(quotas.optionalObject('sms')),
    email: readEmailRates(quotas.optionalObject('email')),
  };
}
