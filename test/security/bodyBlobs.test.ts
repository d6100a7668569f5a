import { randomUUID } from 'node:crypto';
import { BlobServiceClient } from '@azure/storage-blob';
import { expect, inject, test } from 'vitest';
import { emailTo } from '../setup/emails.ts';
import { emailsTo } from '../setup/emulator.ts';
import { uniqueAddress } from '../setup/names.ts';
import { openQueues } from '../setup/storage.ts';

const { acs, storage = '' } = inject('stack');
const queues = openQueues(storage);

test.each([
  ['in another container', (container: string) => `../${container}/body.json`, 400],
  ['in another container, by way of its own', (container: string) => `plain/../../${container}/body.json`, 400],
  ['in another container, spelled for a URL', (container: string) => `%2e%2e/${container}/body.json`, 400],
])('a body %s is not read', async (_, nameOf, httpstatus) => {
  const to = uniqueAddress();
  const container = BlobServiceClient.fromConnectionString(storage).getContainerClient(`other-${randomUUID()}`);
  await container.create();
  const text = JSON.stringify(emailTo([to]));
  await container.getBlockBlobClient('body.json').upload(text, text.length);
  for (const more of [{}, { client: 'plain' }]) {
    const outcome = await queues.ask('send-email', { bodyBlob: nameOf(container.containerName), ...more });
    expect(outcome).toMatchObject({ httpstatus, data: { error: { target: 'bodyBlob' } } });
  }
  expect(await emailsTo(acs, to)).toEqual([]);
});

test('a client’s message names its own blobs only', async () => {
  const [to, own] = [uniqueAddress(), uniqueAddress()];
  const mine = `plain/${randomUUID()}`;
  // Of another client, of one whose name starts like this client's, and of none.
  const foreign = [`everything/${randomUUID()}`, `plain-two/${randomUUID()}`, randomUUID()];
  for (const name of foreign) await queues.putBody(name, JSON.stringify(emailTo([to])));
  await queues.putBody(mine, JSON.stringify(emailTo([own])));
  for (const bodyBlob of foreign) {
    const outcome = await queues.ask('send-email', { client: 'plain', bodyBlob });
    expect(outcome).toMatchObject({ httpstatus: 403, data: { error: { target: 'bodyBlob' } } });
  }
  expect(await queues.ask('send-email', { client: 'plain', bodyBlob: mine })).toMatchObject({ httpstatus: 202 });
  expect(await emailsTo(acs, to)).toEqual([]);
  expect(await emailsTo(acs, own)).toHaveLength(1);
});
