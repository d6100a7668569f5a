import type { Context } from '../../context.ts';
import { ServiceError } from '../../http/errors.ts';
import { type Answer, type Call, defineRoute, param } from '../../http/route.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/deliveryReports/:messageId',
  service: 'sms',
  auth: 'accessKey',
  versions: ['2025-08-01-preview', '2026-01-23'],
  handle: getDeliveryReport,
});

/** There is a report only when the send asked for one. A recipient who has opted out gets nothing (code 4007). */
function getDeliveryReport(call: Call, emulator: Context): Answer {
  const sent = emulator.sms.find(param(call, 'messageId'));
  const options = sent?.request.options;
  if (!sent || options?.['enableDeliveryReport'] !== true) throw notFound();
  const { request, item } = sent;
  const tag = options['tag'];
  const receivedTimestamp = new Date(request.at).toISOString();
  const delivered = !item.optedOut;
  return {
    status: 200,
    body: {
      messageId: item.messageId,
      from: request.from,
      to: item.to,
      deliveryStatus: delivered ? 'Delivered' : 'Failed',
      deliveryStatusDetails: delivered ? 'Message delivered successfully.' : 'The recipient has opted out (4007).',
      deliveryAttempts: [
        { timestamp: receivedTimestamp, segmentsSucceeded: delivered ? 1 : 0, segmentsFailed: delivered ? 0 : 1 },
      ],
      receivedTimestamp,
      ...(tag !== undefined && { tag }),
    },
  };
}

function notFound(): ServiceError {
  const type = 'https://tools.ietf.org/html/rfc9110#section-15.5.5';
  return new ServiceError(404, 'NotFound', 'The message was not found.', {
    body: { type, title: 'Not Found', status: 404 },
    headers: { 'content-type': 'application/problem+json; charset=utf-8' },
  });
}
