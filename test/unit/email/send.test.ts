import { describe, expect, test } from 'vitest';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { createEmailEngine, type EmailEngine } from '../../../shared/email/engine.ts';
import { recordEmailReport } from '../../../shared/email/reports.ts';
import { sendMail } from '../../../shared/email/sendEmail.ts';
import { MemoryStorage } from '../../setup/memorystorage.ts';
import { type FakeAnswer, fakeSession, type SentRequest } from '../acs/fixtures.ts';
import { ID, NOW } from './arbitraries.ts';

const LIMITS = { sendsPerMinute: 30, sendsPerHour: 100, readsPerMinute: 60, readsPerHour: 200 };
const MESSAGE = {
  senderAddress: 'news@contoso.com',
  recipients: { to: [{ address: 'anna@contoso.com' }] },
  content: { subject: 'Hello' },
};

type Reply = SwitchboardError | FakeAnswer;

const taken: Reply = { status: 202, body: { id: ID, status: 'Running' } };
const lost = new SwitchboardError('UpstreamInDoubt', 'lost', { repeatable: true });
const unavailable = new SwitchboardError('UpstreamUnavailable', 'down');
const refused = (status: number, isDoubtful = false) =>
  new SwitchboardError('UpstreamRejected', 'no', { upstream: { status, code: 'BadRequest' }, isDoubtful });

interface Rig {
  readonly engine: EmailEngine;
  readonly calls: string[];
  readonly told: string[];
  now: number;
  /** @param replies of ACS, one after the other */
  send(replies: readonly Reply[], client?: string): Promise<string>;
  state(): Promise<string | undefined>;
}

function rig(): Rig {
  const replies: Reply[] = [];
  const session = fakeSession(({ method }: SentRequest) => {
    it.calls.push(method);
    const reply = replies.shift() ?? taken;
    if (reply instanceof SwitchboardError) throw reply;
    return reply;
  });
  const engine = createEmailEngine({
    storage: new MemoryStorage(),
    settings: { limits: { custom: LIMITS, managed: LIMITS } },
    now: () => it.now,
    acs: () => session,
    tell: async (_, { result }) => void it.told.push(result),
  });
  const it: Rig = {
    ...{ engine, calls: [], told: [], now: NOW },
    async send(wanted, client = 'shop') {
      replies.splice(0, replies.length, ...wanted);
      const owner = { client, subject: ID, replyTo: undefined };
      return (await sendMail(engine, { id: ID, message: MESSAGE, owner, session })).state;
    },
    state: async () => (await engine.mails.get(ID))?.mail.state,
  };
  return it;
}

test('a mail has its row before ACS is called', async () => {
  const it = rig();
  await expect(it.send([lost])).rejects.toBe(lost);
  expect(await it.state()).toBe('Sending');
});

describe('what surely was not sent leaves no row:', () => {
  test.each([unavailable, refused(400), new SwitchboardError('UpstreamDenied', 'x')])('%s', async (error) => {
    const it = rig();
    await expect(it.send([error])).rejects.toBe(error);
    expect(await it.state()).toBeUndefined();
  });
});

describe('a mail that ACS may have', () => {
  test('is sent again under its id, and is then no longer in doubt', async () => {
    const it = rig();
    await expect(it.send([lost])).rejects.toBe(lost);
    expect(await it.send([taken])).toBe('Running');
    expect(it.calls).toEqual(['POST', 'POST']);
  });

  test.each([unavailable, new SwitchboardError('TooManyRequests', 'slow', { retryAfterSeconds: 1 })])(
    'keeps its row also when ACS then says %s',
    async (error) => {
      const it = rig();
      await expect(it.send([lost])).rejects.toBe(lost);
      await expect(it.send([error])).rejects.toMatchObject({ code: error.code });
      expect(await it.state()).toBe('Sending');
    },
  );

  test('and that ACS refuses as known is looked up', async () => {
    const it = rig();
    await expect(it.send([lost])).rejects.toBe(lost);
    expect(await it.send([refused(400), { body: { id: ID, status: 'Succeeded' } }])).toBe('Succeeded');
    expect(it.told).toEqual(['succeeded']);
    expect(await it.send([])).toBe('Succeeded');
    expect(it.calls).toEqual(['POST', 'POST', 'GET']);
  });

  test('by an earlier try of the same call is looked up as well', async () => {
    const it = rig();
    expect(await it.send([refused(400, true), { body: { id: ID, status: 'Running' } }])).toBe('Running');
  });

  test('and that ACS does not show yet stays in doubt', async () => {
    const it = rig();
    await expect(it.send([refused(400, true), refused(404)])).rejects.toMatchObject({
      code: 'UpstreamInDoubt',
      isTransient: true,
    });
    expect(await it.state()).toBe('Sending');
  });

  test('has a day from when it was sent last', async () => {
    const it = rig();
    await expect(it.send([lost])).rejects.toBe(lost);
    it.now += 23 * 3_600_000;
    await expect(it.send([lost])).rejects.toBe(lost);
    expect((await it.engine.mails.get(ID))?.mail.acceptedOn).toBe(it.now);
  });
});

test('a mail whose report came first is told when its row comes', async () => {
  const it = rig();
  const report = { messageId: ID, sender: 'x', recipient: 'anna@contoso.com', details: '', attemptedOn: NOW };
  expect(await recordEmailReport(it.engine, { ...report, status: 'Delivered' })).toBe('unknown');
  expect(await it.send([taken])).toBe('Succeeded');
  expect(new Set(it.told)).toEqual(new Set(['delivered', 'succeeded']));
});
