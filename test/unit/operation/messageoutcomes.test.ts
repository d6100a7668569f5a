import { expect, test } from 'vitest';
import { outcomeEvent } from '../../../shared/contract/queueMessage.ts';
import { receivedSmsSink } from '../../../shared/operation/messageOutcomes.ts';
import { createOptOuts } from '../../../shared/optouts/optOuts.ts';
import { gridEvent, receivedSmsData, TOPIC } from '../../setup/acsevents.ts';
import { MemoryStorage } from '../../setup/memorystorage.ts';
import { NOW, rig } from './fixtures.ts';

const SMS = { messageId: 'Incoming_1', from: '+14255550123', to: '+18005550100', message: 'STOP', receivedOn: 1000 };

test('a received SMS is passed on as an event that concerns no client', async () => {
  const { runtime, storage } = rig();
  const lines: string[] = [];
  await runtime.acsEvents.record(gridEvent('receivedSms', receivedSmsData()), (line) => void lines.push(line));
  const [event] = storage.messages('outcomes');
  expect(outcomeEvent.parse(event)).toMatchObject({
    type: 'switchboard.sms.received',
    subject: receivedSmsData()['messageId'],
    time: NOW.toISOString(),
    data: {
      ...{ messageId: receivedSmsData()['messageId'], from: '+15555555555', to: '+15555555556' },
      ...{ message: 'Great to connect with ACS events', receivedOn: '2020-09-18T00:27:45.320Z' },
    },
  });
  for (const member of ['client', 'httpstatus']) expect(event).not.toHaveProperty(member);
  expect(lines).toEqual([]);
});

test('an event of another resource than the one in the settings is none of ours', async () => {
  const { runtime, storage } = rig({ variables: { ACS_RESOURCE_ID: TOPIC } });
  const lines: string[] = [];
  const event = gridEvent('receivedSms', receivedSmsData());
  await runtime.acsEvents.record([event, { ...event, topic: `${TOPIC}-2` }], (line) => void lines.push(line));
  expect(storage.messages('outcomes')).toHaveLength(1);
  expect(lines).toEqual([expect.stringContaining('foreign source')]);
});

test('it bears the same id when it comes again', async () => {
  const storage = new MemoryStorage();
  const sink = receivedSmsSink(
    storage,
    () => NOW,
    createOptOuts(storage.tables, () => NOW.getTime()),
  );
  await sink(SMS);
  await sink(SMS);
  await sink({ ...SMS, messageId: 'Incoming_2' });
  const ids = storage.messages('outcomes').map((it) => outcomeEvent.parse(it).id);
  expect(ids[0]).toBe(ids[1]);
  expect(ids[2]).not.toBe(ids[0]);
});

test('a STOP is passed on, and taken note of', async () => {
  const storage = new MemoryStorage();
  const optOuts = createOptOuts(storage.tables, () => NOW.getTime());
  await receivedSmsSink(storage, () => NOW, optOuts)({ ...SMS, message: 'Stop' });
  expect(await optOuts.optedOut(SMS.to, [SMS.from])).toEqual(new Set([SMS.from]));
  expect(storage.sent).toHaveLength(1);
});
