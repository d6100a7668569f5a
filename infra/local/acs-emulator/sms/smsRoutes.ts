import type { Context } from '../context.ts';
import { readJson } from '../http/fields.ts';
import type { RouteResult } from '../http/response.ts';
import { type Call, defineRoutes, param } from '../http/route.ts';
import { ServiceError, tooManyRequests } from '../http/serviceError.ts';
import { isPhoneNumber, senderKind } from './senders.ts';
import { hasDeliveryReport, smsDeliveryReport } from './smsDeliveryReport.ts';
import { decideRecipients, invalidSms, readSendRequest } from './smsSend.ts';

/** The api-versions that include opt-outs. */
const OPT_OUT_VERSIONS = ['2024-12-10-preview', '2025-05-29-preview', '2025-08-01-preview', '2026-01-23'];

/** The api-versions that include `GET /deliveryReports`. */
const REPORT_VERSIONS = ['2025-08-01-preview', '2026-01-23'];

export const smsRoutes = defineRoutes(
  { service: 'sms', auth: 'accessKey' },
  {
    sendSms: { method: 'POST', path: '/sms', handle: sendSms },
    getDeliveryReport: {
      ...{ method: 'GET', path: '/deliveryReports/:messageId', versions: REPORT_VERSIONS },
      handle: getDeliveryReport,
    },
    addOptOuts: optOutRoute('add'),
    removeOptOuts: optOutRoute('remove'),
    checkOptOuts: optOutRoute('check'),
  },
);

/** Failures of single recipients are part of the 202. Only messages that are really sent count against the quota. */
function sendSms(call: Call, context: Context): RouteResult {
  const request = readSendRequest(call, context);
  const { results, items, repeats } = decideRecipients(request, context);
  const { from, message, options } = request;
  const waitSeconds = context.smsQuotas.admit(from, items.length, context.now());
  if (waitSeconds > 0) throw tooManyRequests(waitSeconds);
  const at = context.now().getTime();
  context.record({
    store: 'sms',
    type: 'requested',
    at,
    from,
    message,
    ...(options && { options }),
    items,
    repeats,
    ...context.events.stamp(at),
  });
  return { status: 202, body: { value: results } };
}

function getDeliveryReport(call: Call, context: Context): RouteResult {
  const sent = context.sms.find(param(call, 'messageId'));
  if (sent && hasDeliveryReport(sent.request)) {
    return { status: 200, body: smsDeliveryReport(sent.request, sent.item) };
  }
  const type = 'https://tools.ietf.org/html/rfc9110#section-15.5.5';
  throw new ServiceError(404, 'NotFound', 'The message was not found.', {
    body: { type, title: 'Not Found', status: 404 },
    headers: { 'content-type': 'application/problem+json; charset=utf-8' },
  });
}

type OptOutAction = 'add' | 'remove' | 'check';

const MAXIMUM_OPT_OUT_RECIPIENTS = 100;

function optOutRoute(action: OptOutAction) {
  const handle = (call: Call, context: Context) => handleOptOuts(action, call, context);
  return { method: 'POST', path: `/sms/optouts::${action}`, versions: OPT_OUT_VERSIONS, handle } as const;
}

function handleOptOuts(action: OptOutAction, call: Call, context: Context): RouteResult {
  const body = readJson(call, invalidSms(call.apiVersion));
  const from = body.string('from');
  if (!senderKind(from)) throw body.invalid('from', 'Invalid from phone number format.');
  const recipients = body.objects('recipients').map((recipient) => recipient.string('to'));
  if (recipients.length < 1 || recipients.length > MAXIMUM_OPT_OUT_RECIPIENTS) {
    throw body.invalid('recipients', `Recipients must have 1 to ${MAXIMUM_OPT_OUT_RECIPIENTS} elements.`);
  }
  const valid = recipients.filter(isPhoneNumber);
  if (action !== 'check' && valid.length > 0) {
    context.record({ store: 'sms', type: 'optOuts', from, recipients: valid, optedOut: action === 'add' });
  }
  const value = recipients.map((to) => {
    if (!isPhoneNumber(to)) return { to, httpStatusCode: 400, errorMessage: 'Invalid To phone number format.' };
    return { to, httpStatusCode: 200, ...(action === 'check' && { isOptedOut: context.sms.isOptedOut(from, to) }) };
  });
  return { status: 200, body: { value } };
}
