import { appendFile, cp, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import {
  Clock,
  createUser,
  identityPath,
  participant,
  type Rig,
  SMS,
  startRig,
  THREADS,
  threadPath,
  type User,
} from './harness.ts';
import { ACTIONS, BEGINNING, lists, own, PHONES, SENDER } from './mailboxActions.ts';

/** Events stay pending. */
const OPTIONS = { maximumItems: 6, eventDelayMilliseconds: 3_600_000, events: async () => undefined };

const MEBIBYTE = 1024 * 1024;

/** Makes the journal larger by events that have no effect. */
async function pad(directory: string): Promise<void> {
  const event = { store: 'sms', type: 'removed', ids: ['x'.repeat(MEBIBYTE)] };
  await appendFile(join(directory, 'journal.jsonl'), `${JSON.stringify(event)}\n`.repeat(5));
}

function repeatable(clock: Clock, choice: number) {
  const repeatabilityRequestId = `3fa85f64-5717-4562-b3fc-2c963f66afa${choice}`;
  const smsRecipients = [{ to: PHONES[0], repeatabilityRequestId, repeatabilityFirstSent: clock.rfc1123() }];
  return { from: SENDER, smsRecipients, message: 'Hello' };
}

/** Everything that can be seen of a mailbox, except for ids that are new each time. */
async function observe(rig: Rig, users: readonly User[], { isAfterwards = false } = {}) {
  const seen = await lists(rig);
  const order = (await own(rig, 'GET', 'items?top=1000')).body.value.map(({ id }: { id: string }) => id);
  const { channels, events } = (await own(rig, 'GET', 'stats')).body;
  const { request: _, ...counts } = channels;
  const [smsStats, optOuts] = [
    (await own(rig, 'GET', 'sms/stats')).body,
    (await own(rig, 'GET', 'export')).body.optOuts,
  ];
  const tokens = await Promise.all(users.map(async ({ token }) => (await rig.call('GET', THREADS, { token })).status));
  const state = { seen, order: [...order], counts, events, smsStats, optOuts, tokens };
  if (!isAfterwards) return state;
  const repeats = [];
  for (const choice of [0, 1, 2, 3]) {
    const { value } = (await rig.call('POST', SMS, { body: repeatable(rig.clock, choice) })).body;
    const [{ messageId, ...result }] = value;
    repeats.push(order.includes(messageId) ? { messageId, ...result } : result);
  }
  const first = users[0]?.id ?? '';
  const issued = await rig.call('POST', identityPath(first, '/:issueAccessToken'), { body: { scopes: ['chat'] } });
  return { ...state, repeats, issued: issued.status, after: (await own(rig, 'GET', 'sms/stats')).body };
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'acs-emulator-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

test('a journal that is compacted restores the same state', { timeout: 60_000 }, async () => {
  const directory = await temporaryDirectory();
  let run = 0;
  const action = fc.tuple(fc.nat(ACTIONS.length - 1), fc.nat(60));
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 30 }), async (actions) => {
      run += 1;
      const clock = new Clock();
      const [original, compacted] = [join(directory, `${run}`), join(directory, `${run}-compacted`)];
      const open = (dataDirectory: string) => startRig({ ...OPTIONS, dataDirectory }, clock);
      const first = await open(original);
      const users: User[] = [];
      for (const [index, choice] of [...BEGINNING, ...actions]) {
        await ACTIONS[index]?.(first, users, choice);
        clock.advance(1);
      }
      await first.close();
      await cp(original, compacted, { recursive: true });
      await pad(compacted);
      await (await open(compacted)).close();
      expect((await stat(join(compacted, 'journal.jsonl'))).size).toBeLessThan(MEBIBYTE);
      const [one, other] = [await open(original), await open(compacted)];
      try {
        expect(await observe(other, users, { isAfterwards: true })).toEqual(
          await observe(one, users, { isAfterwards: true }),
        );
      } finally {
        await Promise.all([one.close(), other.close()]);
      }
    }),
    { numRuns: 20 },
  );
});

test('a journal that is mostly of use is left as it is', async () => {
  const dataDirectory = await temporaryDirectory();
  const rig = await startRig({ dataDirectory });
  const emails = Array.from({ length: 2 }, () => ({
    senderAddress: 'a@b.example',
    content: { subject: 'S', plainText: 'x'.repeat(3 * MEBIBYTE) },
    recipients: { to: [{ address: 'c@d.example' }] },
  }));
  expect((await own(rig, 'POST', 'seed', { version: 1, emails })).status).toBe(204);
  await rig.close();
  const before = await readFile(join(dataDirectory, 'journal.jsonl'), 'utf8');
  await (await startRig({ dataDirectory })).close();
  expect((await readFile(join(dataDirectory, 'journal.jsonl'), 'utf8')) === before).toBe(true);
});

test('the file that a killed process has left of a compaction does no harm', async () => {
  const dataDirectory = await temporaryDirectory();
  const rig = await startRig({ dataDirectory });
  await rig.call('POST', SMS, { body: repeatable(rig.clock, 0) });
  await rig.close();
  await appendFile(join(dataDirectory, 'journal.jsonl.new'), '{"store":"state","type":"beg');
  await pad(dataDirectory);
  const next = await startRig({ dataDirectory });
  onTestFinished(() => next.close());
  expect((await own(next, 'GET', 'items?channel=sms')).body.total).toBe(1);
  expect(await readdir(dataDirectory)).not.toContain('journal.jsonl.new');
});

test('token numbers, former participants and the number of sent events are kept', async () => {
  const [dataDirectory, clock] = [await temporaryDirectory(), new Clock()];
  const options = { ...OPTIONS, dataDirectory, eventDelayMilliseconds: 0 };
  const rig = await startRig(options, clock);
  const [anna, ben, gone] = [await createUser(rig), await createUser(rig), await createUser(rig)];
  const participants = [participant(ben.id)];
  const thread = await rig.call('POST', THREADS, { token: anna.token, body: { topic: 'T', participants } });
  const path = threadPath(thread.body.chatThread.id, '/participants/:remove');
  expect(
    (await rig.call('POST', path, { token: anna.token, body: { communicationUser: { id: ben.id } } })).status,
  ).toBe(204);
  await own(rig, 'POST', 'sms/incoming', { from: PHONES[0], to: SENDER, message: 'Hi' });
  await rig.emulator.deliverDueEvents();
  await own(rig, 'DELETE', `recipients/${encodeURIComponent(gone.id)}`);
  await rig.close();
  await pad(dataDirectory);
  await (await startRig(options, clock)).close(); // compacts it
  const next = await startRig(options, clock);
  onTestFinished(() => next.close());
  expect((await own(next, 'GET', 'stats')).body.events).toMatchObject({ pending: 0, sent: 1 });
  const { threads } = (await own(next, 'GET', 'export')).body;
  expect(threads).toMatchObject([{ formerParticipants: [ben.id] }]);
  await next.call('POST', identityPath(anna.id, '/:issueAccessToken'), { body: { scopes: ['chat'] } });
  const { identities } = (await own(next, 'GET', 'export')).body;
  const numbers = identities.flatMap((it: { tokens: { number: number }[] }) => it.tokens.map(({ number }) => number));
  expect(numbers.toSorted()).toEqual([1, 2, 4]);
});

test('the events of a removed recipient stay withdrawn', async () => {
  const dataDirectory = await temporaryDirectory();
  const rig = await startRig({ ...OPTIONS, dataDirectory });
  const smsRecipients = PHONES.map((to) => ({ to }));
  const smsSendOptions = { enableDeliveryReport: true };
  await rig.call('POST', SMS, { body: { from: SENDER, smsRecipients, message: 'Hello', smsSendOptions } });
  await own(rig, 'DELETE', `recipients/${PHONES[1]}`);
  await rig.close();
  await pad(dataDirectory);
  await (await startRig({ ...OPTIONS, dataDirectory })).close(); // compacts it
  const compacted = await startRig({ ...OPTIONS, dataDirectory });
  onTestFinished(() => compacted.close());
  expect((await own(compacted, 'GET', 'stats')).body.events).toMatchObject({ pending: 2, sent: 0 });
});

test('a repeatability id stays known though its message was dropped', async () => {
  const [dataDirectory, clock] = [await temporaryDirectory(), new Clock()];
  const options = { dataDirectory, maximumItems: 2 };
  const rig = await startRig(options, clock);
  const sent = [];
  for (const choice of [0, 1, 2, 3]) sent.push((await rig.call('POST', SMS, { body: repeatable(clock, choice) })).body);
  await rig.close();
  await pad(dataDirectory);
  await (await startRig(options, clock)).close(); // compacts it
  const next = await startRig(options, clock);
  onTestFinished(() => next.close());
  expect((await own(next, 'GET', 'sms')).body.value).toHaveLength(2);
  expect((await next.call('POST', SMS, { body: repeatable(clock, 0) })).body).toEqual(sent[0]);
});
