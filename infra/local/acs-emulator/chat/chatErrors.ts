import { type FieldError, ServiceError } from '../http/serviceError.ts';

// Chat's errors have an envelope of its own, which its specification does not mention.

/**
 * @param message absent in the response if empty
 * @see https://github.com/Azure-Samples/communication-services-javascript-quickstarts/issues/153 for a 403 and
 * https://github.com/Azure/Communication/issues/379 for a 400
 */
function chatError(status: number, code: string, message: string, target = ''): ServiceError {
  const body = {
    CommunicationError: {
      Code: code,
      ...(message !== '' && { Message: message }),
      ...(target !== '' && { Target: target }),
      Details: [],
    },
  };
  return new ServiceError(status, code, message, { body });
}

export const badRequest: FieldError = (field, message) => chatError(400, 'BadRequest', message, field);

export function forbidden(): ServiceError {
  return chatError(403, 'Forbidden', "The initiator doesn't have the permission to perform the requested operation.");
}

/** @see azure-sdk-for-java, ChatClientTest.getNotFoundOnNonExistingChatThreadSync[1].json */
export function threadNotFound(): ServiceError {
  return chatError(404, 'NotFound', 'The specified thread id was not found.');
}

/** @see https://github.com/Azure/azure-sdk-for-js/issues/35107 */
export function messageNotFound(): ServiceError {
  return chatError(404, 'NotFound', '');
}

export function messageTooLarge(): ServiceError {
  return chatError(413, 'RequestEntityTooLarge', 'A chat message must be at most 28 KB.');
}
