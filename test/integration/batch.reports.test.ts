import { expect, inject, test } from 'vitest';
import { NO_AUDIT } from '../../shared/audit/auditRecorder.ts';
import { createClients } from '../../shared/clients/clients.ts';
import type { SmsDeliveryReport } from '../../shared/contract/acsEvent.ts';
import { OUTCOMES_QUEUE, outcomeEvent } from '../../shared/contract/queueMessage.ts';
import { createOptOuts } from '../../shared/optouts/optOuts.ts';
import { createServerSecret } from '../../shared/secret/serverSecret.ts';
import { readSettings } from '../../shared/settings/settings.ts';
import { type BatchContext, createBatchContext } from '../../shared/smsbatch/batchContext.ts';
import { recordBatchReport } from '../../shared/smsbatch/deliveryReports.ts';
import type { Queues } from '../../shared/storage/queues.ts';
import { createStorage, type Storage } from '../../shared/storage/storage.ts';
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
const stored = createStorage(settings.storage);
const outcomes: string[] = [];
const send: Queues['send'] = async (queue, text, options) => {
  if (queue === OUTCOMES_QUEUE) outcomes.push(text);
  await stored.queues.send(queue, text, options);
};
const storage: Storage = { ...stored, queues: { send } };
const secret = createServerSecret(storage.tables);

/** Two processes that receive delivery reports. */
const [one, other] = [1, 2].map(() =>
  createBatchContext({
    storage,
    secret,
    clients: createClients([]),
    optOuts: createOptOuts(storage.tables, () => Date.now()),
    settings: settings.sms,
    now: () => Date.now(),
    acs: () => expect.fail('a report asks ACS nothing'),
    audit: NO_AUDIT,
  }),
) as [BatchContext, BatchContext];

test('delivery reports change the results and counts, and are followed by an event', async () => {
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
  const events = outcomes.map((text) => outcomeEvent.parse(JSON.parse(text)));
  expect(new Set(events.map(({ type, subject }) => `${type} ${subject}`))).toEqual(
    new Set([`switchboard.smsBatch.reported ${id}`]),
  );
  for (const { data } of events) expect(data).toMatchObject({ counts: { delivered: 149 } });
});
