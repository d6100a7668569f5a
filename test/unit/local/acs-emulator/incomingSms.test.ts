import { expect, test } from 'vitest';
import { type EventRig, eventRig } from './eventRig.ts';

const FROM = '+14255550123';
const TO = '+18005550100';

const receive = ({ call }: EventRig, message: string, changes: object = {}) =>
  call('POST', '/_emulator/sms/incoming', { key: null, body: { from: FROM, to: TO, message, ...changes } });

async function isOptedOut({ call }: EventRig): Promise<boolean> {
  const body = { from: TO, recipients: [{ to: FROM }] };
  return (await call('POST', '/sms/optouts:check?api-version=2026-01-23', { body })).body.value[0].isOptedOut;
}

test('an inbound SMS emits an event', async () => {
  const rig = await eventRig();
  const message = '漢'.repeat(71);
  const answer = await receive(rig, message);
  expect(answer).toMatchObject({ status: 202, body: { messageId: expect.stringMatching(/^Incoming_20260115083000/) } });
  expect(await rig.after(200)).toMatchObject([
    {
      subject: `/phonenumber/${TO}`,
      eventType: 'Microsoft.Communication.SMSReceived',
      data: {
        messageId: answer.body.messageId,
        from: FROM,
        to: TO,
        message,
        receivedTimestamp: '2026-01-15T08:30:00.250Z',
        segmentCount: 2,
      },
    },
  ]);
});

test.each([
  [['STOP'], true],
  [[' stop\n'], true],
  [['stop it'], false],
  [['Stop', 'START'], false],
  [['stop', 'unStop'], false],
  [['stop', 'Hello'], true],
])('after %j the sender is opted out: %s', async (messages, optedOut) => {
  const rig = await eventRig();
  for (const message of messages) expect((await receive(rig, message)).status).toBe(202);
  expect(await isOptedOut(rig)).toBe(optedOut);
  expect(await rig.after(200)).toHaveLength(messages.length);
});

test.each([
  [{ from: 'Contoso' }, 'from'],
  [{ to: '+' }, 'to'],
  [{ message: undefined }, 'message'],
])('%j is rejected', async (changes, target) => {
  const rig = await eventRig();
  expect(await receive(rig, 'Hello', changes)).toMatchObject({ status: 400, body: { error: { target } } });
});
