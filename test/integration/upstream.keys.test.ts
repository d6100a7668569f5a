import { beforeAll, expect, test } from 'vitest';
import { startEmulator } from '../../infra/local/acs-emulator/server.ts';
import { makeCertificate } from '../setup/credentials.ts';
import { SENDER, uniquePhone } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { call, connectionOf } from '../setup/switchboard.ts';

// A resource at another place than the stack's own emulator: reached over https, it owns one number, and its primary
// key has just been regenerated.
const OLD_KEY = Buffer.from('the primary key of before').toString('base64');
const SECOND_KEY = Buffer.from('the secondary key').toString('base64');

let stack: OwnStack;

beforeAll(async () => {
  const certificate = await makeCertificate();
  const resource = await startEmulator({
    port: 0,
    tls: certificate,
    accessKeys: [Buffer.from('the new primary key').toString('base64'), SECOND_KEY],
    senders: [SENDER],
    emailSettleMilliseconds: 0,
  });
  const endpoint = `endpoint=${resource.tlsUrl}/`;
  stack = await startOwnStack({
    ACS_CONNECTION_STRING: `${endpoint};accesskey=${OLD_KEY}`,
    ACS_CONNECTION_STRING_SECONDARY: `${endpoint};accesskey=${SECOND_KEY}`,
    NODE_EXTRA_CA_CERTS: certificate.certFile,
  });
  return async () => {
    await stack.stop();
    await resource.close();
    certificate.remove();
  };
});

function send(from: string) {
  const body = { from, smsRecipients: [{ to: uniquePhone() }], message: 'Hello' };
  return call(connectionOf(stack.switchboard), { method: 'POST', target: '/sms', body });
}

test('the secondary key works where the primary one is refused', async () => {
  expect(await send(SENDER)).toMatchObject({ status: 202, body: { value: [{ successful: true }] } });
  expect(await call(connectionOf(stack.switchboard), { method: 'POST', target: '/identities' })).toMatchObject({
    status: 201,
  });
});

test('a number that the resource does not own is the caller’s mistake, not a matter of keys', async () => {
  const answer = await send('+18005550199');
  expect(answer).toMatchObject({ status: 400, body: { error: { code: 'InvalidSender', target: 'from' } } });
  expect(answer.headers.get('x-ms-error-code')).toBe('InvalidSender');
});
