import { expect, test } from 'vitest';
import { EmailsClient } from '../../../shared/client/groups/emails.ts';
import * as examples from '../../../shared/contract/examples.ts';
import { fakeServer, json, transportOf } from './fixtures.ts';

const { id } = examples.emailOperationStatus;
const status = (it: string, headers = {}) => json(200, { id, status: it, error: null }, headers);

/** @see https://learn.microsoft.com/rest/api/communication/email/email/get-send-result (EmailSendStatus) */
test.each(['Succeeded', 'Failed', 'Canceled', 'Unknown'])('wait ends with %s', async (final) => {
  const seen: string[] = [];
  const server = fakeServer(status('NotStarted', { 'retry-after': '60' }), status('Running'), status(final));
  const { transport, waits } = transportOf(server);
  const emails = new EmailsClient(transport);
  const result = await emails.wait(id, { onProgress: ({ status: it }) => seen.push(it) });
  expect(result.status).toBe(final);
  expect(seen).toEqual(['NotStarted', 'Running', final]);
  expect(waits).toEqual([60, 5]);
});

test.each([null, {}, { status: 7 }])('wait does not take %j for a status', async (body) => {
  const emails = new EmailsClient(transportOf(fakeServer(json(200, body))).transport);
  await expect(emails.wait(id)).rejects.toMatchObject({ code: 'UnexpectedResponse' });
});
