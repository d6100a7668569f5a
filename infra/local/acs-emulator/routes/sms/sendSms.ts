import type { Context } from '../../context.ts';
import { tooManyRequests } from '../../http/errors.ts';
import { type Answer, type Call, defineRoute } from '../../http/route.ts';
import { decideOutcomes } from '../../sms/outcomes.ts';
import { readSendRequest } from '../../sms/sendRequest.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/sms',
  service: 'sms',
  auth: 'accessKey',
  handle: sendSms,
});

/** Failures of single recipients stay inside the 202; only messages that are really sent count against the quota. */
function sendSms(call: Call, emulator: Context): Answer {
  const request = readSendRequest(call, emulator);
  const { answers, items, repeats } = decideOutcomes(request, emulator);
  const { from, message, options } = request;
  const waitSeconds = emulator.smsQuotas.admit(from, items.length, emulator.now());
  if (waitSeconds > 0) throw tooManyRequests(waitSeconds);
  const at = emulator.now().getTime();
  emulator.record({
    store: 'sms',
    type: 'requested',
    at,
    from,
    message,
    ...(options && { options }),
    items,
    repeats,
    ...emulator.events.stamp(at),
  });
  return { status: 202, body: { value: answers } };
}
