import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { createChatUser, setFaults } from '../setup/emulator.ts';
import { SENDER, uniqueAddress, uniquePhone } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { openQueues } from '../setup/storage.ts';
import { call, connectionOf, signatureOf, TEST_CLIENTS } from '../setup/switchboard.ts';
import { TEAMS_APP, TEAMS_USER, teamsRequest } from '../setup/teams.ts';

// What goes through Switchboard here must not stand in what its processes print.
const phone = uniquePhone();
const address = uniqueAddress();
const text = `text ${crypto.randomUUID()}`;
let token: string;

let stack: OwnStack;
beforeAll(async () => {
  stack = await startOwnStack();
  return stack.stop;
});

const smsBody = { from: SENDER, smsRecipients: [{ to: phone }], message: text };
const mailBody = {
  senderAddress: address,
  recipients: { to: [{ address, displayName: text }] },
  content: { subject: text, plainText: text },
};

const teamsBody = teamsRequest(new Date());

async function callEverything(): Promise<void> {
  const connection = connectionOf(stack.switchboard);
  const post = (target: string, body: unknown, headers = {}) =>
    call(connection, { method: 'POST', target, body, headers });
  const { id, token: userToken } = await createChatUser(stack.acsConnectionString);
  token = userToken;
  await post('/sms', smsBody);
  await post('/sms', { ...smsBody, from: phone, [phone]: true, smsRecipients: [{ to: `${phone}x` }] });
  await post('/emails:send', mailBody);
  await post('/emails:send', { ...mailBody, senderAddress: `<${address}` });
  await post('/chat/threads', { topic: text }, { 'acting-user': id });
  await fetch(`${stack.switchboard}/chat/threads?api-version=2024-03-15`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await fetch(`${stack.switchboard}/sms?api-version=2024-03-15&to=${encodeURIComponent(phone)}`, {
    method: 'POST',
    headers: { ...signatureOf(connection, 'POST', stack.switchboard), authorization: `Bearer ${token}` },
    body: '{}',
  });
  await post(`/identities/${encodeURIComponent(id)}/:issueAccessToken`, { scopes: ['chat'] });
  await post(`/identities/${encodeURIComponent(id)}/:revokeAccessTokens`, undefined);
  await post('/teamsUser/:exchangeAccessToken', teamsBody);
  await post('/teamsUser/:exchangeAccessToken', { ...teamsBody, appId: TEAMS_USER });
  await post('/teamsUser/:exchangeAccessToken', { ...teamsBody, userId: teamsBody.token });
  await post('/teamsUser/:exchangeAccessToken', teamsRequest(new Date(0)));
  await setFaults(stack.acs, [{ operation: '*', status: 500, count: 3 }]);
  await post('/teamsUser/:exchangeAccessToken', teamsBody);
  await setFaults(stack.acs, [{ operation: '*', status: 500, count: 3 }]);
  await post('/sms', { ...smsBody, message: `Again: ${text}` });
  await setFaults(stack.acs, [{ operation: '*', status: 'reset', count: 3 }]);
  await post('/emails:send', { ...mailBody, content: { ...mailBody.content, subject: `Again: ${text}` } });
  const queues = openQueues(stack.storage);
  await queues.ask('send-sms', { body: smsBody });
  await queues.ask('send-sms', { client: phone, body: smsBody });
  await queues.ask('send-email', { body: { ...mailBody, senderAddress: `<${address}` } });
  await queues.put('send-sms', `no JSON, but ${phone} and ${address}`);
  await queues.takeOutcome('outcomes', 'switchboard.sendSms.failed');
  await queues.ask('issue-access-token', { params: { id }, body: { scopes: ['chat'] } });
  await queues.ask('exchange-teams-user-access-token', { body: teamsBody });
  await queues.ask('exchange-teams-user-access-token', { body: { ...teamsBody, userId: TEAMS_APP } });
}

test('no secret, number, address or text stands in the log', async () => {
  await callEverything();
  const log = stack.log.join('\n');
  const lines = ['sendSms 202', 'sendSms 400', 'sendSms 504', 'sendEmail 504', 'issueAccessToken 200'];
  for (const status of [200, 400, 401, 502]) lines.push(`exchangeTeamsUserAccessToken ${status}`);
  for (const line of lines) expect(log).toContain(line);
  const secrets = {
    phone: phone.slice(1),
    address,
    text,
    token: token.split('.')[2] ?? '',
    teamsToken: teamsBody.token.split('.')[1] ?? '',
    teamsUser: TEAMS_USER,
    clientKey: TEST_CLIENTS.everything.keys[0],
    acsKey: /accesskey=(.+)$/.exec(stack.acsConnectionString ?? '')?.[1] ?? '',
    storageKey: /AccountKey=([^;]+)/.exec(stack.storage ?? '')?.[1] ?? '',
  };
  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret, name).not.toBe('');
    expect(log, name).not.toContain(secret);
  }
  expect(log).not.toMatch(/eyJ[\w-]{10,}/);
  expect(log).not.toMatch(/Signature=[\w+/]{20,}/);
  expect(readFileSync(stack.ca, 'utf8')).not.toContain('PRIVATE KEY');
});
