import { refusal, type ServiceError } from '../http/errors.ts';
import { Fields } from '../http/fields.ts';

/** The services whose quotas can be set. */
const SERVICES = ['sms', 'email'];

/** The body of `PUT /_emulator/quotas`: at least one of the services. @throws ServiceError 400 `InvalidQuota` */
export function readQuotaBody(value: unknown): Fields {
  const body = new Fields(value, '', invalidQuota);
  requireKnown(body, SERVICES);
  if (body.names().length === 0) throw body.refuse('', `quotas are for ${SERVICES.join(' and ')}`);
  return body;
}

/** @throws ServiceError 400 `InvalidQuota` when there is a member of another name */
export function requireKnown(fields: Fields, names: readonly string[]): void {
  const stray = fields.names().find((name) => !names.includes(name));
  if (stray !== undefined) throw fields.refuse(stray, `there is only ${names.join(', ')}`);
}

/** A whole number from 0; undefined when it is absent. @throws ServiceError 400 `InvalidQuota` */
export function readLimit(fields: Fields, name: string): number | undefined {
  const limit = fields.optionalInteger(name);
  if (limit === undefined || limit >= 0) return limit;
  throw fields.refuse(name, 'a limit must be a whole number from 0');
}

function invalidQuota(field: string, message: string): ServiceError {
  return refusal(400, 'InvalidQuota', field === '' ? message : `${field}: ${message}`);
}
