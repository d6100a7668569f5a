import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type EventRig, eventRig, sendEmail, sendSms } from './eventRig.ts';
import { Clock, createUser, participant, THREADS, threadPath } from './harness.ts';

const forget = ({ call }: EventRig, recipient: string) =>
  call('DELETE', `/_emulator/recipients/${encodeURIComponent(recipient)}`, { key: null });
const itemsOf = async ({ call }: EventRig, channel: string) =>
  (await call('GET', `/_emulator/items?channel=${channel}`, { key: null })).body.value;
const receive = ({ call }: EventRig, from: string, message: string) =>
  call('POST', '/_emulator/sms/incoming', { key: null, body: { from, to: '+18005550100', message } });

const ANNA = '+14255550111';
const BEN = '+14255550122';

test('the messages to and from a number, its opt-outs and its events are deleted', async () => {
  const rig = await eventRig();
  await sendSms(rig, [ANNA]);
  await sendSms(rig, [BEN]);
  await receive(rig, ANNA, 'STOP');
  await receive(rig, BEN, 'STOP');
  expect((await forget(rig, ANNA)).status).toBe(204);
  expect((await itemsOf(rig, 'sms')).map(({ from, to }: { from: string; to: string[] }) => [from, ...to])).toEqual([
    [BEN, '+18005550100'],
    ['+18005550100', BEN],
  ]);
  const body = { from: '+18005550100', recipients: [{ to: ANNA }, { to: BEN }] };
  const optOuts = await rig.call('POST', '/sms/optouts:check?api-version=2026-01-23', { body });
  expect(optOuts.body.value).toMatchObject([{ isOptedOut: false }, { isOptedOut: true }]);
  expect(await rig.after(200)).toHaveLength(2);
  expect(await rig.state()).toMatchObject({ pending: 0, sent: 2 });
});

test('the other recipients of the same request keep their events', async () => {
  for (const order of ['oldestFirst', 'newestFirst']) {
    const rig = await eventRig();
    await rig.set({ order });
    await sendSms(rig, [ANNA, BEN, '+14255550133', ANNA]);
    await forget(rig, ANNA);
    expect(await rig.state()).toMatchObject({ pending: 2 });
    const sent = (await rig.after(200)).map(({ data }) => data['to']);
    expect(new Set(sent)).toEqual(new Set([BEN, '+14255550133']));
    expect(await rig.state()).toMatchObject({ pending: 0, sent: 2 });
  }
});

test('delivery states that were set by hand are not sent either', async () => {
  const rig = await eventRig();
  const [sms = ''] = await sendSms(rig, [ANNA]);
  const email = await sendEmail(rig, ['anna@contoso.example']);
  await rig.call('PUT', `/_emulator/sms/${sms}/delivery`, { key: null, body: { status: 'Failed' } });
  const bounced = { recipient: 'anna@contoso.example', status: 'Bounced' };
  await rig.call('PUT', `/_emulator/emails/${email}/delivery`, { key: null, body: bounced });
  expect(await rig.state()).toMatchObject({ pending: 4 });
  await forget(rig, ANNA);
  await forget(rig, 'anna@contoso.example');
  expect(await rig.state()).toMatchObject({ pending: 0 });
  expect(await rig.after(200)).toEqual([]);
});

test.each(['+1 (425) 555-0111', '14255550111', '+1\u00a0425\u2011555\u20110111', '\u202a+14255550111\u202c'])(
  'a number can be written as %s',
  async (spelling) => {
    const rig = await eventRig();
    await sendSms(rig, [ANNA, BEN]);
    await receive(rig, ANNA, 'STOP');
    await forget(rig, spelling);
    expect((await itemsOf(rig, 'sms')).map(({ to }: { to: string[] }) => to)).toEqual([[BEN]]);
    const body = { from: '+18005550100', recipients: [{ to: ANNA }] };
    const optOuts = await rig.call('POST', '/sms/optouts:check?api-version=2026-01-23', { body });
    expect(optOuts.body.value).toMatchObject([{ isOptedOut: false }]);
  },
);

test('the messages to an address are deleted, also after a restart', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'acs-emulator-'));
  onTestFinished(() => rm(dataDirectory, { recursive: true }));
  const clock = new Clock();
  const rig = await eventRig({ dataDirectory }, clock);
  await sendEmail(rig, ['anna@contoso.example', 'ben@contoso.example']);
  const kept = await sendEmail(rig, ['ben@contoso.example']);
  await forget(rig, 'Anna@contoso.example');
  expect(await itemsOf(rig, 'email')).toMatchObject([{ id: kept }]);
  await rig.close();
  expect(await itemsOf(await eventRig({ dataDirectory }, clock), 'email')).toMatchObject([{ id: kept }]);
});

test('an identity is deleted with its threads and tokens', async () => {
  const rig = await eventRig();
  const [anna, ben] = [await createUser(rig), await createUser(rig)];
  const create = async (by: typeof anna, others: readonly string[]) =>
    (await rig.call('POST', THREADS, { token: by.token, body: { topic: 'T', participants: others.map(participant) } }))
      .body.chatThread.id;
  const shared = await create(ben, [anna.id]);
  await rig.call('POST', threadPath(shared, '/messages'), { token: anna.token, body: { content: 'Hello' } });
  const own = await create(ben, []);
  expect(await itemsOf(rig, 'chat')).toHaveLength(2);
  await forget(rig, anna.id);
  expect(await itemsOf(rig, 'chat')).toMatchObject([{ id: own }]);
  expect(await itemsOf(rig, 'identity')).toMatchObject([{ id: ben.id }]);
  expect((await rig.call('GET', THREADS, { token: anna.token })).status).toBe(401);
  expect((await rig.call('GET', threadPath(shared), { token: ben.token })).status).toBe(404);
});

test('someone unknown is no error', async () => {
  expect((await forget(await eventRig(), 'nobody')).status).toBe(204);
});
