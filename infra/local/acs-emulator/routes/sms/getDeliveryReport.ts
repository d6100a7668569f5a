import type { Context } from '../../context.ts';
import { ServiceError } from '../../http/errors.ts';
import { type Answer, type Call, defineRoute, param } from '../../http/route.ts';
import { asksForReport, deliveryReportOf } from '../../sms/deliveryReport.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/deliveryReports/:messageId',
  service: 'sms',
  auth: 'accessKey',
  versions: ['2025-08-01-preview', '2026-01-23'],
  handle: getDeliveryReport,
});

function getDeliveryReport(call: Call, emulator: Context): Answer {
  const sent = emulator.sms.find(param(call, 'messageId'));
  if (!sent || !asksForReport(sent.request)) throw notFound();
  return { status: 200, body: deliveryReportOf(sent.request, sent.item) };
}

function notFound(): ServiceError {
  const type = 'https://tools.ietf.org/html/rfc9110#section-15.5.5';
  return new ServiceError(404, 'NotFound', 'The message was not found.', {
    body: { type, title: 'Not Found', status: 404 },
    headers: { 'content-type': 'application/problem+json; charset=utf-8' },
  });
}
