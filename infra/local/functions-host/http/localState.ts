import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuseCrossSite } from '../../requestGuard.ts';
import { type FunctionKeys, mayControl } from './functionKeys.ts';
import type { Target } from './request.ts';
import { answerEmpty, answerRefusal, answerText } from './response.ts';

/**
 * Drains this host, empties the app's storage and has another host take this one's place.
 *
 * @param response of the request that asked for it
 * @throws Error with a message for the developer
 */
export type ResetState = (response: ServerResponse) => Promise<void>;

export interface LocalStateOptions {
  readonly keys: FunctionKeys;
  /** Undefined: the storage is not the start's own. */
  readonly resetState: ResetState | undefined;
}

/** Handles `DELETE /_local/state`, which responds when the next host is serving. */
export function createLocalState({ keys, resetState }: LocalStateOptions) {
  let isResetting = false;
  return async (request: IncomingMessage, response: ServerResponse, target: Target): Promise<void> => {
    const refused = refuseCrossSite(request);
    if (refused) return answerRefusal(response, refused);
    if (!isReset(request, target)) return answerEmpty(response, 404);
    if (!mayControl(keys, request, target)) return answerEmpty(response, 401);
    if (!resetState) return answerText(response, 403, NOT_OURS);
    if (isResetting) return answerText(response, 409, 'The state is being reset already.');
    isResetting = true;
    response.shouldKeepAlive = false;
    await resetState(response).then(
      () => answerEmpty(response, 204),
      (error: Error) => answerText(response, 500, error.message),
    );
  };
}

function isReset({ method }: IncomingMessage, { path }: Target): boolean {
  return method === 'DELETE' && /^\/_local\/state\/?$/i.test(path);
}

const NOT_OURS =
  "Only a start that runs its own storage resets it: 'npm start' or 'npx switchboard start', with the setting AzureWebJobsStorage=UseDevelopmentStorage=true. No other storage is ever emptied.";
