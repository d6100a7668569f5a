import { RestError } from '@azure/core-rest-pipeline';

/** An error as the SDKs of Azure Storage throw it. @see https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes */
export function storageError(statusCode: number, code: string): RestError {
  return new RestError(`The simulated storage answers ${code}.`, { statusCode, code });
}

/** An error of the connection: no response has arrived. */
export function connectionError(): RestError {
  return new RestError('read ECONNRESET', { code: 'ECONNRESET' });
}
