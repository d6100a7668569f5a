import {
  createUser,
  identityPath,
  participant,
  type Rig,
  SEND_EMAIL,
  SMS,
  THREADS,
  threadPath,
  type User,
} from './harness.ts';

/** Calls the emulator's own API. */
export const own = (rig: Rig, method: string, path: string, body?: unknown) =>
  rig.call(method, `/_emulator/${path}`, { key: null, ...(body !== undefined && { body }) });

/** Everything that lists show, except for the place of the items among those of other channels. */
export async function lists(rig: Rig) {
  const names = ['sms', 'emails', 'threads', 'identities', 'faults', 'quotas'];
  const all = await Promise.all(names.map(async (name) => (await own(rig, 'GET', name)).body));
  const items = (await own(rig, 'GET', 'items?top=1000')).body.value as { channel: string; id: string }[];
  const kept = items.filter(({ channel }) => channel !== 'request');
  const details = await Promise.all(
    kept.map(async ({ channel, id }) => {
      const { body } = await own(rig, 'GET', `items/${channel}/${encodeURIComponent(id)}`);
      const { revision: _, sequence: __, ...item } = body;
      return [id, item] as const;
    }),
  );
  return { all, items: Object.fromEntries(details) };
}

export const SENDER = '+18005550100';
export const PHONES = ['+14255550111', '+14255550122', '+14255559999'];

/** What can happen in a mailbox; numbers choose whom it concerns. */
export const ACTIONS: readonly ((rig: Rig, users: User[], choice: number) => Promise<unknown>)[] = [
  (rig, _, choice) => {
    const repeatability = { repeatabilityRequestId: `3fa85f64-5717-4562-b3fc-2c963f66afa${choice % 4}` };
    const to = PHONES[choice % 3];
    const smsRecipients = [{ to, ...repeatability, repeatabilityFirstSent: rig.clock.rfc1123() }];
    const smsSendOptions = { enableDeliveryReport: choice % 2 === 0, tag: 't' };
    return rig.call('POST', SMS, { body: { from: SENDER, smsRecipients, message: 'Hello', smsSendOptions } });
  },
  (rig, _, choice) =>
    own(rig, 'POST', 'sms/incoming', { from: PHONES[choice % 3], to: SENDER, message: choice % 2 ? 'STOP' : 'Hi' }),
  (rig, _, choice) => {
    const recipients = {
      to: [{ address: 'Anna@contoso.example', displayName: 'A' }],
      bcc: [{ address: 'b@c.example' }],
    };
    const body = {
      senderAddress: '<a@b.example>',
      content: { subject: 'S', html: '<p>1</p>', plainText: null },
      recipients,
    };
    const id = `3fa85f64-5717-4562-b3fc-2c963f66afb${choice % 4}`;
    return rig.call('POST', SEND_EMAIL, { body, headers: { 'operation-id': id } });
  },
  async (rig, users) => void users.push(await createUser(rig, ['chat', 'voip'])),
  async (rig, users, choice) => {
    const user = users[choice % users.length];
    const body = { topic: 'T', metadata: { a: 'b' }, participants: users.map(({ id }) => participant(id)) };
    if (user) await rig.call('POST', THREADS, { token: user.token, body });
  },
  async (rig, users, choice) => {
    const user = users[choice % users.length];
    const threads = (await own(rig, 'GET', 'threads')).body.value as { id: string; messages: { id: string }[] }[];
    const thread = threads[choice % threads.length];
    if (!user || !thread) return;
    const { token } = user;
    const sent = await rig.call('POST', threadPath(thread.id, '/messages'), {
      token,
      body: { content: 'M', type: 'html' },
    });
    const path = threadPath(thread.id, `/messages/${sent.body.id}`);
    if (choice % 3 === 0) await rig.call('PATCH', path, { token, body: { content: 'Edited' } });
    if (choice % 3 === 1) await rig.call('DELETE', path, { token });
    await rig.call('POST', threadPath(thread.id, '/readReceipts'), { token, body: { chatMessageId: sent.body.id } });
    if (choice % 5 === 4) await rig.call('DELETE', threadPath(thread.id), { token });
  },
  async (rig, users, choice) => {
    const user = users[choice % users.length];
    if (user) await rig.call('POST', identityPath(user.id, '/:revokeAccessTokens'));
    if (user) await rig.call('POST', identityPath(user.id, '/:issueAccessToken'), { body: { scopes: ['chat'] } });
    if (user && choice % 3 === 2) await rig.call('DELETE', identityPath(user.id));
  },
  async (rig, _, choice) => {
    const [newest] = (await own(rig, 'GET', 'items?channel=sms&top=1')).body.value;
    if (newest) await own(rig, 'PUT', `sms/${newest.id}/delivery`, { status: 'Failed', details: String(choice) });
    const [email] = (await own(rig, 'GET', 'items?channel=email&top=1')).body.value;
    const status = 'Bounced';
    if (email) await own(rig, 'PUT', `emails/${email.id}/delivery`, { recipient: 'anna@contoso.example', status });
  },
  (rig, _, choice) => own(rig, 'PUT', 'quotas', { sms: { tollFree: 1000 + choice } }),
  (rig) => own(rig, 'PUT', 'faults', [{ operation: 'getChatThread', status: 500 }]),
];

/** A thread with an edited and a deleted message, and a repeated SMS message. */
export const BEGINNING = [
  [3, 0],
  [3, 0],
  [4, 0],
  [5, 0],
  [5, 1],
  [0, 0],
  [0, 0],
] as const;
