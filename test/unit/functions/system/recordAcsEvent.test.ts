import { expect, test } from 'vitest';
import { getSmsDeliveryReport } from '../../../../functions/sms/getSmsDeliveryReport.ts';
import { sendSms } from '../../../../functions/sms/sendSms.ts';
import { recordAcsEvent } from '../../../../functions/system/recordAcsEvent.ts';
import { gridEvent, smsReportData } from '../../../setup/acsEvents.ts';
import { anyOperation, rig } from '../../operation/fixtures.ts';
import { accepts, FROM } from '../sms/limitedshop.ts';

const TO = '+14255550123';

async function withMessage(variables: Readonly<Record<string, string>> = {}) {
  const it = rig({ acs: ({ body }) => accepts(body), variables });
  const smsSendOptions = { enableDeliveryReport: true, tag: 'order 1' };
  const body = { from: FROM, smsRecipients: [{ to: TO }], message: 'Hello', smsSendOptions };
  await it.http(anyOperation(sendSms), { target: '/sms?api-version=2024-03-15', params: {}, body });
  const messageId = `m-${TO}`; // as the ACS of this test answers
  const status = async () => {
    const target = `/deliveryReports/${encodeURIComponent(messageId)}?api-version=2024-03-15`;
    const answer = await it.http(anyOperation(getSmsDeliveryReport), { target, params: { messageId } });
    return Reflect.get(Object(answer.body), 'deliveryStatus');
  };
  const lines: string[] = [];
  const record = (event: unknown) => recordAcsEvent.run(event, it.runtime, (line) => void lines.push(line));
  return { status, record, lines, data: smsReportData({ messageId, from: FROM.slice(1), to: TO, tag: 'order 1' }) };
}

test('records a delivery report of ACS for the client that sent the message', async () => {
  const { status, record, lines, data } = await withMessage();
  expect(await status()).toBe('Pending');
  await record(gridEvent('smsReport', data));
  expect([await status(), lines]).toEqual(['Delivered', []]);
});

test('drops what is not an event of ACS, with a line in the log', async () => {
  const { status, record, lines, data } = await withMessage();
  for (const event of ['text', {}, gridEvent('smsReport', data, { topic: '/subscriptions/x/other' })]) {
    await record(event);
  }
  expect(lines).toHaveLength(3);
  expect(await status()).toBe('Pending');
});

test('drops events of any other resource than that of ACS_RESOURCE_ID', async () => {
  const idOf = (name: string) =>
    `/subscriptions/50ad1522-5c2c-4d9a-a6c8-67c11ecb75b8/resourceGroups/contoso/providers/Microsoft.Communication/communicationServices/${name}`;
  const { status, record, lines, data } = await withMessage({ ACS_RESOURCE_ID: idOf('contoso') });
  await record(gridEvent('smsReport', data, { topic: idOf('fabrikam') }));
  expect([await status(), lines.length]).toEqual(['Pending', 1]);
  await record(gridEvent('smsReport', data, { topic: idOf('contoso') }));
  expect([await status(), lines.length]).toEqual(['Delivered', 1]);
});
