import { inject } from 'vitest';
import { findConnection } from '../../infra/local/client/connection.ts';
import type { ChatUser } from '../setup/emulator.ts';
import { answerOf, type JsonAnswer } from '../setup/switchboard.ts';

const { endpoint } = findConnection(inject('stack').acsConnectionString);

/** A request to the emulator's chat, for what Switchboard has no operation. */
export async function chatRequest(user: ChatUser, method: string, path: string, body?: object): Promise<JsonAnswer> {
  const response = await fetch(`${endpoint}${path}?api-version=2025-03-15`, {
    method,
    headers: { authorization: `Bearer ${user.token}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return answerOf(response);
}

export const inThread = (id: string, below = '') => `/chat/threads/${encodeURIComponent(id)}${below}`;
