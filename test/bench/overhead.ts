/**
 * What Switchboard adds to a call of ACS: the same requests sent to the ACS emulator itself and through Switchboard, in
 * turns, one at a time, over connections that stay open.
 */
import { randomUUID } from 'node:crypto';
import { type Connection, findConnection } from '../../infra/local/client/connection.ts';
import { signedFetch } from '../../infra/local/client/signedFetch.ts';
import { startOwnStack } from '../setup/ownStack.ts';
import { type Figures, figure } from './report.ts';
import { median, quantile } from './statistics.ts';

const WARM_UP_ROUNDS = 300;
const ROUNDS = 1500;
const ADDED_BUDGET = { relation: '≤', limit: 1.5 } as const;

/** Sends one request over this connection. */
type Send = (connection: Connection) => Promise<Response>;

/** Equal messages of one second would be one message. */
const sms = () =>
  JSON.stringify({
    from: '+18005550100',
    smsRecipients: [{ to: '+14255550123' }],
    message: `What does it cost to come in by the front door? ${randomUUID()}`,
  });

const sendSms: Send = (connection) =>
  signedFetch(connection, { method: 'POST', target: '/sms?api-version=2021-03-07', body: sms() });

/** The lightest operation: a read, whose user token ACS itself checks. */
function listChatThreads(userToken: string): Send {
  const headers = { authorization: `Bearer ${userToken}` };
  return ({ endpoint }) => fetch(`${endpoint}/chat/threads?api-version=2025-03-15`, { headers });
}

export async function benchOverhead(): Promise<Figures> {
  const stack = await startOwnStack();
  try {
    const direct = findConnection(stack.acsConnectionString);
    const through = findConnection(stack.client);
    const token = await userToken(direct);
    return {
      ...(await measured('sendSms', sendSms, direct, through)),
      ...(await measured('listChatThreads', listChatThreads(token), direct, through)),
    };
  } finally {
    await stack.stop();
  }
}

async function userToken(acs: Connection): Promise<string> {
  const body = JSON.stringify({ createTokenWithScopes: ['chat'] });
  const response = await signedFetch(acs, { method: 'POST', target: '/identities?api-version=2023-10-01', body });
  const { accessToken } = (await response.json()) as { accessToken: { token: string } };
  return accessToken.token;
}

async function measured(name: string, send: Send, direct: Connection, through: Connection): Promise<Figures> {
  const times = { direct: [] as number[], through: [] as number[] };
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const pair = { direct: await timed(send, direct), through: await timed(send, through) };
    if (round < 0) continue;
    times.direct.push(pair.direct);
    times.through.push(pair.through);
  }
  return {
    [`overhead.${name}.directMedianMilliseconds`]: figure(median(times.direct)),
    [`overhead.${name}.throughMedianMilliseconds`]: figure(median(times.through)),
    [`overhead.${name}.directP95Milliseconds`]: figure(quantile(times.direct, 0.95)),
    [`overhead.${name}.throughP95Milliseconds`]: figure(quantile(times.through, 0.95)),
    [`overhead.${name}.addedMedianMilliseconds`]: figure(median(times.through) - median(times.direct), ADDED_BUDGET),
  };
}

/** Milliseconds until the whole answer is there. */
async function timed(send: Send, connection: Connection): Promise<number> {
  const startedAt = performance.now();
  const response = await send(connection);
  const text = await response.text();
  const milliseconds = performance.now() - startedAt;
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return milliseconds;
}
