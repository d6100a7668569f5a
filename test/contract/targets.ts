import { inject } from 'vitest';
import { type Connection, findConnection } from '../../infra/local/client/connection.ts';
import type { ChatUser } from '../setup/emulator.ts';
import { openQueues } from '../setup/storage.ts';
import { answerOf, call, connectionOf, type JsonAnswer } from '../setup/switchboard.ts';
import { type ContractOperation, operationNamed } from './document.ts';

/** One call of an operation, in words that every target understands. */
export interface Attempt {
  readonly operation: string;
  /** Path and query parameters. */
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Chat: who acts. */
  readonly user?: ChatUser;
}

export interface TargetAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Undefined where the target has no headers. */
  readonly headers: Headers | undefined;
}

/** What serves the contract. */
export interface Target {
  readonly name: string;
  /** Errors have the envelope that Switchboard promises. */
  readonly isSwitchboard: boolean;
  send(attempt: Attempt): Promise<TargetAnswer>;
  /** The same by a caller without access. */
  sendAsStranger(attempt: Attempt): Promise<TargetAnswer>;
}

const CONTRACT_VERSION = '2024-03-15-preview';

/** ACS has no version in common for its services. */
const ACS_VERSIONS: Readonly<Record<ContractOperation['tag'], string>> = {
  Identity: '2023-10-01',
  SMS: '2026-01-23',
  Email: '2025-09-01',
  Chat: '2025-03-15',
};

function requestOf({ operation, params = {}, body }: Attempt, versionOf: (it: ContractOperation) => string) {
  const found = operationNamed(operation);
  const query = new URLSearchParams({ 'api-version': versionOf(found) });
  let path = found.path;
  for (const [name, value] of Object.entries(params)) {
    if (path.includes(`{${name}}`)) path = path.replace(`{${name}}`, encodeURIComponent(value));
    else query.set(name, value);
  }
  return { method: found.method, target: `${path}?${query}`, ...(body === undefined ? {} : { body }) };
}

const stack = inject('stack');
const strangerTo = ({ endpoint }: Connection): Connection => ({
  endpoint,
  accessKey: Buffer.from('a key that nobody has').toString('base64'),
});

function sendToEmulator(attempt: Attempt, connection: Connection, user: string | undefined): Promise<JsonAnswer> {
  const request = requestOf(attempt, ({ tag }) => ACS_VERSIONS[tag]);
  if (user === undefined) return call(connection, request);
  const headers = { authorization: `Bearer ${user}`, 'content-type': 'application/json' };
  const body = 'body' in request ? JSON.stringify(request.body) : null;
  return fetch(connection.endpoint + request.target, { method: request.method, headers, body }).then(answerOf);
}

const acs = findConnection(stack.acsConnectionString);

const emulator: Target = {
  name: 'the emulator',
  isSwitchboard: false,
  send: (attempt) => sendToEmulator(attempt, acs, attempt.user?.token),
  sendAsStranger: (attempt) => sendToEmulator(attempt, strangerTo(acs), attempt.user && 'not-a-token'),
};

function sendToSwitchboard(attempt: Attempt, connection: Connection): Promise<JsonAnswer> {
  const headers: Record<string, string> = attempt.user ? { 'acting-user': attempt.user.id } : {};
  return call(connection, { ...requestOf(attempt, () => CONTRACT_VERSION), headers });
}

const overHttp: Target = {
  name: 'Switchboard over HTTP',
  isSwitchboard: true,
  send: (attempt) => sendToSwitchboard(attempt, connectionOf(stack.switchboard)),
  sendAsStranger: (attempt) => sendToSwitchboard(attempt, strangerTo(connectionOf(stack.switchboard))),
};

/** `createIdentity` → `create-identity`. */
export function queueOf(operation: string): string {
  return operation.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

const queues = openQueues(stack.storage);

async function sendByQueue({ operation, params, body, user }: Attempt, client: string): Promise<TargetAnswer> {
  const outcome = await queues.ask(queueOf(operation), { client, params, body, actingUser: user?.id });
  return { status: outcome.httpstatus ?? 0, body: outcome.data ?? undefined, headers: undefined };
}

const byQueue: Target = {
  name: 'Switchboard by queue',
  isSwitchboard: true,
  send: (attempt) => sendByQueue(attempt, 'everything'),
  sendAsStranger: (attempt) => sendByQueue(attempt, 'nobody'),
};

export const TARGETS: readonly Target[] = [emulator, overHttp, byQueue];
