import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Connection } from '../../infra/local/client/connection.ts';
import { ACS_EVENTS_QUEUE } from '../../shared/contract/acsEvent.ts';
import { emitOutcome } from '../../shared/outcomes/emitOutcome.ts';
import { createStorage } from '../../shared/storage/storage.ts';
import { toColumns } from '../../shared/storage/tables.ts';
import { batchOf, over, resultsOf, submitted } from '../setup/batches.ts';
import { incomingSms, smsFrom } from '../setup/emulator.ts';
import { eventually } from '../setup/eventually.ts';
import { recipientsOf, TEST_RATES, uniqueAddress, uniquePhone, uniqueQueue, uniqueSender } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { runProgram } from '../setup/processes.ts';
import { openQueues, placesOf } from '../setup/storage.ts';
import { call, connectionOf, TEST_CLIENTS } from '../setup/switchboard.ts';

// One person's number and address take every path. After the erasure, nothing in the whole account contains them.

const NUMBER = uniquePhone();
const ADDRESS = uniqueAddress();
const NATIONAL = NUMBER.slice(2);
const SPELLED = `+1 (${NATIONAL.slice(0, 3)}) ${NATIONAL.slice(3, 6)}-${NATIONAL.slice(6)}`;
const OTHERS = recipientsOf(2);
const FROM = uniqueSender();
const DELAYED_FROM = uniqueSender();

let stack: OwnStack;
let storage = '';
let connection: Connection;
const sent = { batch: '', delayed: '' };

const folder = mkdtempSync(join(tmpdir(), 'switchboard-operator-'));
const settingsFile = join(folder, 'settings.env');

beforeAll(async () => {
  stack = await startOwnStack({ SMS_RATES_PER_MINUTE: JSON.stringify(TEST_RATES) });
  storage = stack.storage ?? '';
  connection = connectionOf(stack.switchboard);
  const settings = {
    AzureWebJobsStorage: storage,
    ACS_CONNECTION_STRING: stack.acsConnectionString ?? '',
    CLIENTS: JSON.stringify(Object.values(TEST_CLIENTS)),
  };
  writeFileSync(
    settingsFile,
    Object.entries(settings)
      .map(([name, value]) => `${name}='${value}'`)
      .join('\n'),
  );
});
afterAll(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

const operator = (...args: readonly string[]) =>
  runProgram('infra/operator/operator.ts', [...args, '--settings', settingsFile], { cwd: folder });

const places = async (text: string) => new Set(await placesOf(storage, text));

/** Waits until a string is stored in all of these places. */
const reached = (text: string, wanted: readonly string[]) =>
  eventually(`${text} in ${wanted.join(', ')}`, async () => {
    const found = await places(text);
    return wanted.every((it) => found.has(it)) || undefined;
  });

async function sendEverywhere(): Promise<void> {
  const queues = openQueues(storage);
  const key = { 'Idempotency-Key': crypto.randomUUID() };
  const sms = {
    from: FROM,
    smsRecipients: [{ to: NUMBER }],
    message: 'Hello',
    smsSendOptions: { enableDeliveryReport: true },
  };
  await call(connection, { method: 'POST', target: '/sms', body: sms, headers: key });
  const recipients = { to: [{ address: ADDRESS }] };
  const email = { senderAddress: 'news@contoso.com', content: { subject: 'Hi', plainText: 'Hi' }, recipients };
  await call(connection, { method: 'POST', target: '/emails:send', body: email });
  const invalid = [`${SPELLED} extension`, `${ADDRESS}`];
  const batch = { from: FROM, message: 'Hello', recipients: [...OTHERS, NUMBER, ...invalid] };
  sent.batch = (await submitted(connection, batch)).id;
  const sendAt = new Date(Date.now() + 3_600_000).toISOString();
  const delayed = { from: DELAYED_FROM, message: 'Later', recipients: [OTHERS[0], NUMBER, OTHERS[1]], sendAt };
  sent.delayed = (await submitted(connection, delayed)).id;
  await over(connection, sent.batch);
  // Failed messages end on poison queues; one has its body in a blob.
  await queues.put('send-sms', { client: 'sms-only', body: { ...sms, to: ADDRESS } });
  await queues.putBody('claim.json', JSON.stringify({ ...sms, note: ADDRESS, message: `Call ${SPELLED}` }));
  await queues.put('send-sms', { client: 'sms-only', bodyBlob: 'claim.json' });
  const data = { to: NUMBER, address: ADDRESS, filler: 'x'.repeat(60_000) };
  const outcome = {
    operation: 'sendSms',
    result: 'succeeded',
    subject: 'large',
    client: 'plain',
    httpStatus: 202,
  } as const;
  const access = { kind: 'connection string', connectionString: storage } as const;
  const { tables, ...others } = createStorage(access);
  await emitOutcome({ tables, ...others }, { ...outcome, data, replyTo: uniqueQueue(), time: new Date() });
  // A stored response in several pieces, fewer without the number.
  const long = JSON.stringify({ answer: { status: 202, body: new Array(6000).fill(NUMBER) } });
  await tables.table('answers').insert('long', 'operation', { state: 'ended', ...toColumns('ending', long) });
  await queues.put(ACS_EVENTS_QUEUE, {
    id: '1',
    type: 'Nothing.Known',
    data: { from: SPELLED, address: ADDRESS.toUpperCase() },
  });
  await incomingSms(stack.acs, { from: NUMBER, to: FROM, message: 'STOP' });
}

const exported = z.object({ records: z.array(z.object({ store: z.string(), content: z.unknown() })) });

const NUMBER_PLACES = [
  ...['answers', 'smschunks', 'smsmessages', 'smsoptouts'].map((name) => `table ${name}`),
  ...['sms-batches', 'outcome-bodies'].map((name) => `container ${name}`),
  ...['outcomes', 'send-sms-poison'].map((name) => `queue ${name}`),
];
const SPELLED_PLACES = ['table smsbatches', 'table droppedevents', 'container message-bodies'];
const ADDRESS_PLACES = [
  ...['table emails', 'table smsbatches', 'queue outcomes', 'queue send-sms-poison'],
  ...['container message-bodies', 'container outcome-bodies'],
];

describe('a person', () => {
  test('is found in every place with their data', async () => {
    await sendEverywhere();
    await reached(NUMBER, NUMBER_PLACES);
    await reached(SPELLED, SPELLED_PLACES);
    await reached(ADDRESS, ADDRESS_PLACES);
    for (const [person, expected] of [
      [NUMBER, [...NUMBER_PLACES, ...SPELLED_PLACES]],
      [ADDRESS, ADDRESS_PLACES],
    ] as const) {
      const { code, output } = await operator('export', person);
      expect(code).toBe(0);
      const stores = exported.parse(JSON.parse(output)).records.map(({ store }) => store);
      expect(stores).toEqual(expect.arrayContaining([...new Set(expected)]));
    }
  });

  test('is not changed without --yes', async () => {
    const { code, output } = await operator('erase', NUMBER);
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('Nothing was changed') });
    expect(output).toContain('table smsoptouts');
    await reached(NUMBER, NUMBER_PLACES);
  });

  test('is erased everywhere except in opt-outs', async () => {
    for (const person of [NUMBER, ADDRESS]) {
      const { code, output, log } = await operator('erase', person, '--yes');
      expect({ code, output, log }).toMatchObject({ code: 0, output: expect.stringContaining('Erased in '), log: '' });
    }
    expect(await places(NUMBER)).toEqual(new Set(['table smsoptouts']));
    expect(await places(NATIONAL)).toEqual(new Set(['table smsoptouts']));
    expect(await places(SPELLED)).toEqual(new Set());
    expect(await places(ADDRESS)).toEqual(new Set());
    expect(await places(ADDRESS.toUpperCase())).toEqual(new Set());
    for (const person of [NUMBER, ADDRESS]) {
      const { code, output } = await operator('erase', person, '--yes');
      expect({ code, output }).toMatchObject({
        code: 0,
        output: expect.stringContaining('Nothing to erase.'),
      });
    }
  });

  test('is erased in opt-outs with --include-opt-outs', async () => {
    const { code, output } = await operator('erase', NUMBER, '--include-opt-outs', '--yes');
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('Erased in ') });
    expect(await places(NUMBER)).toEqual(new Set());
    expect(await places(encodeURIComponent(NUMBER))).toEqual(new Set());
  });

  test('leaves batches with working counts, results and redrives', async () => {
    const { counts } = await batchOf(connection, sent.batch);
    expect(counts).toMatchObject({ total: 3, accepted: 3 });
    const results = await resultsOf(connection, sent.batch);
    expect(results.map(({ to, state }) => ({ to, state }))).toEqual(
      [...OTHERS, ''].map((to) => ({ to, state: 'accepted' })),
    );
    expect(results.slice(0, 2).every(({ delivery }) => delivery?.status === 'Delivered')).toBe(true);
    await call(connection, { method: 'POST', target: `/sms/batches/${sent.delayed}:cancel` });
    expect((await resultsOf(connection, sent.delayed)).map(({ to }) => to)).toEqual([OTHERS[0], '', OTHERS[1]]);
    expect(await smsFrom(stack.acs, DELAYED_FROM)).toEqual([]);
  });
});
