import type { Context } from '../context.ts';
import { readJson } from '../http/fields.ts';
import type { RouteResult } from '../http/response.ts';
import { type Call, defineRoutes, param } from '../http/route.ts';
import { tooManyRequests } from '../http/serviceError.ts';
import { isPhoneNumber, requireOwnSender, senderKind } from './senders.ts';
import { hasDeliveryReport, partnerMessageId, smsDeliveryReport } from './smsDeliveryReport.ts';
import { invalidSms, reportNotFound } from './smsErrors.ts';
import { decideRecipients, readSendRequest } from './smsSend.ts';
import { OPT_OUT_VERSIONS, REPORT_VERSIONS } from './smsVersions.ts';

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
  const { offsetMilliseconds: clockOffset } = context.clock;
  context.record({
    store: 'sms',
    type: 'requested',
    at,
    from,
    message,
    ...(options && { options }),
    ...(clockOffset !== 0 && { clockOffset }),
    items,
    repeats,
    ...context.events.stamp(at),
  });
  return { status: 202, body: { value: results }, isRepeat: repeats.length > 0 };
}

function getDeliveryReport(call: Call, context: Context): RouteResult {
  const sent = context.sms.findSent(param(call, 'messageId'));
  if (!sent || !hasDeliveryReport(sent.request)) throw reportNotFound();
  const report = smsDeliveryReport(sent);
  const partnerId = partnerMessageId(sent.request, sent.item, call.apiVersion);
  return { status: 200, body: { ...report, ...(partnerId && { messagingConnectPartnerMessageId: partnerId }) } };
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
  requireOwnSender(from, context.senders);
  const recipients = body.objects('recipients').map((recipient) => recipient.string('to'));
  if (recipients.length < 1 || recipients.length > MAXIMUM_OPT_OUT_RECIPIENTS) {
    throw body.invalid('recipients', `Recipients must have 1 to ${MAXIMUM_OPT_OUT_RECIPIENTS} elements.`);
  }
  const valid = recipients.filter(isPhoneNumber);
  if (action !== 'check' && valid.length > 0) {
    context.record({ store: 'sms', type: 'optOuts', from, recipients: valid, optedOut: action === 'add' });
  }
  const value = recipients.map((to) => {
    if (!isPhoneNumber(to)) return { to, httpStatusCode: 400, errorMessage: 'Invalid recipient phone number format' };
    return { to, httpStatusCode: 200, ...(action === 'check' && { isOptedOut: context.sms.isOptedOut(from, to) }) };
  });
  return { status: 200, body: { value } };
}
