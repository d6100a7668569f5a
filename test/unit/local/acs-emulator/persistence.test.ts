import { appendFile, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import {
  Clock,
  createUser,
  IDENTITIES,
  PRIMARY_KEY,
  type Rig,
  rigForTest,
  SEND_EMAIL,
  SMS,
  THREADS,
  threadPath,
} from './harness.ts';

let dataDirectory: string;
let clock: Clock;

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'acs-emulator-'));
  clock = new Clock();
  const made = dataDirectory;
  onTestFinished(() => rm(made, { recursive: true }));
});

function start(): Promise<Rig> {
  return rigForTest({ dataDirectory }, clock);
}

function sms(to = '+14255550123') {
  const repeatabilityFirstSent = new Clock().rfc1123();
  const repeatabilityRequestId = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
  const smsRecipients = [{ to, repeatabilityRequestId, repeatabilityFirstSent }];
  return { from: '+18005550100', smsRecipients, message: 'Hello' };
}

async function everything({ call }: Rig) {
  const lists = ['sms', 'sms/stats', 'emails', 'threads', 'identities'];
  return Promise.all(lists.map(async (list) => (await call('GET', `/_emulator/${list}`, { key: null })).body));
}

async function fill(rig: Rig) {
  const user = await createUser(rig);
  await rig.call('POST', SMS, { body: sms() });
  await rig.call('POST', SEND_EMAIL, {
    body: {
      senderAddress: 'sender@example.com',
      content: { subject: 'Subject', plainText: 'Text' },
      recipients: { to: [{ address: 'someone@example.com' }] },
    },
  });
  const thread = await rig.call('POST', THREADS, { token: user.token, body: { topic: 'T' } });
  const { id } = thread.body.chatThread;
  const message = { token: user.token, body: { content: 'Hello' } };
  const sent = await rig.call('POST', threadPath(id, '/messages'), message);
  await rig.call('PATCH', threadPath(id, `/messages/${sent.body.id}`), { ...message, body: { content: 'Edited' } });
  return { user, id };
}

test('everything survives a restart, including tokens and repeatability ids', async () => {
  const first = await start();
  const { user, id } = await fill(first);
  const before = await everything(first);
  const sent = await first.call('POST', SMS, { body: sms() });
  await first.close();

  const second = await start();
  expect(await second.call('POST', SMS, { body: sms() })).toMatchObject({ status: 202, body: sent.body });
  expect((await second.call('GET', threadPath(id), { token: user.token })).status).toBe(200);
  const after = await everything(second);
  expect(after[0]).toEqual(before[0]);
  expect(after.slice(2)).toEqual(before.slice(2));
  expect(after[1]).toMatchObject({ delivered: 1, repeatsSuppressed: 2 });
});

test('a missing folder is created', async () => {
  dataDirectory = join(dataDirectory, 'new', 'folder');
  const first = await start();
  await fill(first);
  const before = await everything(first);
  await first.close();
  expect(await everything(await start())).toEqual(before);
});

test('acknowledged changes survive without a close', async () => {
  const killed = await start();
  await fill(killed);
  const before = await everything(killed);
  const next = await start(); // reads the journal while the first process still has it open
  expect(await everything(next)).toEqual(before);
});

test('an incomplete last line is truncated', async () => {
  const first = await start();
  await fill(first);
  const before = await everything(first);
  await first.close();
  const journal = join(dataDirectory, 'journal.jsonl');
  const { size } = await stat(journal);
  await appendFile(journal, '{"store":"sms","type":"requ');
  const second = await start();
  expect(await everything(second)).toEqual(before);
  expect((await stat(journal)).size).toBe(size);
  await second.call('POST', IDENTITIES);
  await second.close();
  expect(await everything(await start())).not.toEqual(before);
});

test.runIf(process.platform === 'linux')('a damaged file is an error with its path, and none stays open', async () => {
  const file = join(dataDirectory, 'resource.json');
  await writeFile(file, '{');
  await expect(start()).rejects.toThrow(`${file} is damaged. Remove the file`);
  const links = (await readdir('/proc/self/fd')).map((it) => readlink(`/proc/self/fd/${it}`).catch(() => 'closed'));
  expect((await Promise.all(links)).filter((it) => it.startsWith(dataDirectory))).toEqual([]);
});

test('a damaged line in the middle is an error with its number', async () => {
  const first = await start();
  await fill(first);
  await first.close();
  const journal = join(dataDirectory, 'journal.jsonl');
  const lines = (await readFile(journal, 'utf8')).split('\n').length - 1;
  await appendFile(journal, '{"store":\n{}\n');
  await expect(start()).rejects.toThrow(`Line ${lines + 1} of ${journal} is damaged`);
});

test('a reset also clears the disk', async () => {
  const first = await start();
  await fill(first);
  expect((await first.call('DELETE', '/_emulator', { key: null })).status).toBe(204);
  await first.call('POST', IDENTITIES);
  const before = await everything(first);
  await first.close();
  expect(await readFile(join(dataDirectory, 'journal.jsonl'), 'utf8')).not.toContain('+14255550123');
  expect(await everything(await start())).toEqual(before);
});

test('the access key is not stored', async () => {
  const first = await start();
  await fill(first);
  await first.close();
  expect(await readFile(join(dataDirectory, 'journal.jsonl'), 'utf8')).not.toContain(PRIMARY_KEY);
});
