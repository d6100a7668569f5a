import { expect, inject, test } from 'vitest';
import { createClients } from '../../shared/clients/clients.ts';
import type { SmsDeliveryReport } from '../../shared/contract/deliveryReport.ts';
import { createOptOuts } from '../../shared/optouts/optOuts.ts';
import { createServerSecret } from '../../shared/secret/serverSecret.ts';
import { readSettings } from '../../shared/settings/settings.ts';
import { type BatchEngine, createEngine } from '../../shared/smsbatch/engine.ts';
import { recordBatchReport } from '../../shared/smsbatch/reports.ts';
import { createStorage } from '../../shared/storage/storage.ts';
import { batchOf, over, resultsOf, submitted } from '../setup/batches.ts';
import { smsFrom } from '../setup/emulator.ts';
import { recipientsOf, uniqueSender } from '../setup/names.ts';
import { connectionOf } from '../setup/switchboard.ts';

const stack = inject('stack');
const connection = connectionOf(stack.switchboard);

const settings = readSettings({
  ACS_CONNECTION_STRING: stack.acsConnectionString,
  AzureWebJobsStorage: stack.storage,
});
const storage = createStorage(settings.storage);
const secret = createServerSecret(storage.tables);
const told: string[] = [];

/** Two processes that hear of delivery reports. */
const [one, other] = [1, 2].map(() =>
  createEngine({
    storage,
    secret,
    clients: createClients([]),
    optOuts: createOptOuts(storage.tables, () => Date.now()),
    settings: settings.sms,
    now: () => Date.now(),
    acs: () => expect.fail('a report asks ACS nothing'),
    tell: async (event, { id }, { delivered }) => void told.push(`${event} ${id} ${delivered}`),
  }),
) as [BatchEngine, BatchEngine];

test('what becomes of each message stands in the results, the counts, and an event at last', async () => {
  const from = uniqueSender();
  const recipients = recipientsOf(150);
  const { id } = await submitted(connection, { from, message: 'Hello', recipients, smsSendOptions: { tag: 'sale' } });
  await over(connection, id);
  const reports = (await smsFrom(stack.acs, from)).map(
    ({ to, messageId, smsSendOptions }, index): SmsDeliveryReport => ({
      ...{ messageId, from, to, tag: smsSendOptions?.tag ?? '', receivedOn: Date.now() },
      ...(index === 0 ? { status: 'Failed', details: 'Carrier said no' } : { status: 'Delivered', details: '' }),
    }),
  );
  expect(reports).toHaveLength(150);
  const recorded = reports.map((report, index) => recordBatchReport(index % 2 === 0 ? one : other, report));
  expect(new Set(await Promise.all(recorded))).toEqual(new Set([true]));
  expect((await batchOf(connection, id)).counts).toMatchObject({ accepted: 150, delivered: 149, undelivered: 1 });
  const failed = (await resultsOf(connection, id)).filter(({ delivery }) => delivery?.status === 'Failed');
  expect(failed).toMatchObject([{ to: reports[0]?.to, state: 'accepted', delivery: { details: 'Carrier said no' } }]);
  expect(new Set(told)).toEqual(new Set([`reported ${id} 149`]));
});
