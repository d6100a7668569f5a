import { describe, expect, test } from 'vitest';
import { outcomeEvent } from '../../../shared/contract/queueMessage.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { createEmailContext, type EmailContext } from '../../../shared/email/emailContext.ts';
import { recordEmailReport } from '../../../shared/email/recordFact.ts';
import { submitEmail } from '../../../shared/email/submitEmail.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
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
  readonly context: EmailContext;
  readonly calls: string[];
  /** Results of emitted outcomes. */
  readonly emitted: readonly string[];
  now: number;
  /** @param replies of ACS, in order */
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
  const storage = new MemoryStorage();
  const context = createEmailContext({
    storage,
    settings: { limits: { custom: LIMITS, managed: LIMITS } },
    now: () => it.now,
    acs: () => session,
  });
  const it: Rig = {
    ...{ context, calls: [], now: NOW },
    get emitted() {
      return storage.messages('outcomes').map((it) => outcomeEvent.parse(it).type.split('.').at(-1) ?? '');
    },
    async send(wanted, client = 'shop') {
      replies.splice(0, replies.length, ...wanted);
      const owner = { client, subject: ID, replyTo: undefined };
      return (await submitEmail(context, { id: ID, message: MESSAGE, owner, session })).body.status;
    },
    state: async () => (await context.emails.get(ID))?.state,
  };
  return it;
}

test('the row is written before ACS is called', async () => {
  const it = rig();
  await expect(it.send([lost])).rejects.toBe(lost);
  expect(await it.state()).toBe('Sending');
});

describe('an email that surely was not sent leaves no row:', () => {
  test.each([unavailable, refused(400), new SwitchboardError('UpstreamDenied', 'x')])('%s', async (error) => {
    const it = rig();
    await expect(it.send([error])).rejects.toBe(error);
    expect(await it.state()).toBeUndefined();
  });
});

describe('an email that ACS may have accepted', () => {
  test('is sent again under its id, and is then no longer in doubt', async () => {
    const it = rig();
    await expect(it.send([lost])).rejects.toBe(lost);
    expect(await it.send([taken])).toBe('Running');
    expect(it.calls).toEqual(['POST', 'POST']);
  });

  test.each([unavailable, new SwitchboardError('TooManyRequests', 'slow', { retryAfterSeconds: 1 })])(
    'keeps its row if ACS then answers %s',
    async (error) => {
      const it = rig();
      await expect(it.send([lost])).rejects.toBe(lost);
      await expect(it.send([error])).rejects.toMatchObject({ code: error.code });
      expect(await it.state()).toBe('Sending');
    },
  );

  test('is polled if ACS then refuses its id', async () => {
    const it = rig();
    await expect(it.send([lost])).rejects.toBe(lost);
    expect(await it.send([refused(400), { body: { id: ID, status: 'Succeeded' } }])).toBe('Succeeded');
    expect(it.emitted).toEqual(['succeeded']);
    expect(await it.send([])).toBe('Succeeded');
    expect(it.calls).toEqual(['POST', 'POST', 'GET']);
  });

  test('is also polled if the doubtful attempt was part of the same call', async () => {
    const it = rig();
    expect(await it.send([refused(400, true), { body: { id: ID, status: 'Running' } }])).toBe('Running');
  });

  test('stays in doubt while ACS answers 404', async () => {
    const it = rig();
    await expect(it.send([refused(400, true), refused(404)])).rejects.toMatchObject({
      code: 'UpstreamInDoubt',
      isTransient: true,
    });
    expect(await it.state()).toBe('Sending');
  });

  test('has a day from its last submission', async () => {
    const it = rig();
    await expect(it.send([lost])).rejects.toBe(lost);
    it.now += 23 * 3_600_000;
    await expect(it.send([lost])).rejects.toBe(lost);
    expect((await it.context.emails.get(ID))?.acceptedOn).toBe(it.now);
  });
});

test('a report that arrives before its email is emitted once the email has its row', async () => {
  const it = rig();
  const report = { messageId: ID, sender: 'x', recipient: 'anna@contoso.com', details: '', attemptedOn: NOW };
  expect(await recordEmailReport(it.context, { ...report, status: 'Delivered' })).toBe('unknown');
  expect(await it.send([taken])).toBe('Succeeded');
  expect(new Set(it.emitted)).toEqual(new Set(['delivered', 'succeeded']));
});
