import { randomBytes } from 'node:crypto';
import { pascal } from '../http/fields.ts';
import { type FieldError, ServiceError } from '../http/serviceError.ts';
import { hasProblemErrors } from './smsVersions.ts';

/**
 * Validation errors of the SMS service: a bare ModelState object, or problem+json since 2026-01-23.
 *
 * @see https://github.com/Azure/azure-sdk-for-js, sdk/communication/communication-sms/recordings
 * @see Azure/azure-rest-api-specs, Sms/stable/2026-01-23/examples/OptOutAdd.json
 */
export function invalidSms(apiVersion: string): FieldError {
  return (field, message) => {
    const errors = { [pascal(field)]: [message] };
    if (!hasProblemErrors(apiVersion)) return new ServiceError(400, 'BadRequest', message, { body: errors });
    return problem(400, 'BadRequest', message, { title: 'One or more validation errors occurred.', errors });
  };
}

/** @see Azure/azure-rest-api-specs, Sms/stable/2026-01-23/examples/DeliveryReportGet.json */
export function reportNotFound(): ServiceError {
  return problem(404, 'NotFound', 'The message was not found.', { title: 'Not Found' });
}

/** The sections of RFC 9110 to which ASP.NET links. */
const SECTIONS = { 400: '15.5.1', 404: '15.5.5' } as const;

function problem(
  status: keyof typeof SECTIONS,
  code: string,
  message: string,
  { title, errors }: { readonly title: string; readonly errors?: object },
): ServiceError {
  const type = `https://tools.ietf.org/html/rfc9110#section-${SECTIONS[status]}`;
  const traceId = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;
  return new ServiceError(status, code, message, {
    body: { type, title, status, ...(errors && { errors }), traceId },
    headers: { 'content-type': 'application/problem+json; charset=utf-8' },
  });
}
