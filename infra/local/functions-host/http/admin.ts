import type { IncomingMessage, ServerResponse } from 'node:http';
import { isFromThisMachine, refuseCrossSite } from '../../requestGuard.ts';
import { answerEmpty, answerRefusal } from './answer.ts';
import { readBody } from './body.ts';
import { type FunctionKeys, isAllowed, masterKeyName } from './keys.ts';
import type { Target } from './target.ts';

/**
 * Starts a function that has no HTTP trigger.
 *
 * @returns false when there is none of that name
 */
export type RunByName = (name: string, input: string) => boolean;

export interface AdminParts {
  readonly keys: FunctionKeys;
  readonly runByName: RunByName;
}

/** `POST /admin/functions/{name}` with `{ "input": … }` runs a queue or timer function once; it answers before the run ends. */
export async function answerAdmin(
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  { keys, runByName }: AdminParts,
): Promise<void> {
  const refused = refuseCrossSite(request);
  if (refused) return answerRefusal(response, refused);
  const [, name] = /^\/admin\/functions\/([^/]+)\/?$/i.exec(target.path) ?? [];
  if (!name || request.method !== 'POST') return answerEmpty(response, 404);
  // As with Core Tools, no key is needed on this machine until the developer sets a master key.
  const level = keys.has(masterKeyName) || !isFromThisMachine(request) ? 'admin' : 'anonymous';
  const header = request.headersDistinct['x-functions-key']?.[0];
  if (!isAllowed(level, keys, header, new URLSearchParams(target.query).get('code'))) return answerEmpty(response, 401);
  const body = await readBody(request);
  if (body === 'gone') return;
  if (body === 'too large') return answerEmpty(response, 413);
  const input = readInput(body === 'none' ? '{}' : body.toString());
  if (input === undefined) return answerEmpty(response, 400);
  answerEmpty(response, runByName(name, input) ? 202 : 404);
}

function readInput(text: string): string | undefined {
  try {
    const { input = '' } = JSON.parse(text) as { input?: unknown };
    return typeof input === 'string' ? input : JSON.stringify(input);
  } catch {
    return undefined;
  }
}
