import { SwitchboardError } from '../contract/switchboardError.ts';
import type { LimitName } from '../settings/clientSettings.ts';
import { limitExceeded } from '../telemetry/measures.ts';

const WORDS: Readonly<Record<LimitName, string>> = {
  requestsPerMinute: 'requests a minute',
  smsPerMinute: 'SMS recipients a minute',
  smsPerDay: 'SMS recipients within 24 hours',
  emailsPerMinute: 'email recipients a minute',
  emailsPerDay: 'email recipients within 24 hours',
  batchRecipients: 'recipients in a batch',
  perRecipientPerDay: 'messages a day to one recipient',
};

export interface Refused {
  readonly client: string;
  readonly limit: LimitName;
  readonly maximum: number;
  /** Undefined when it will never fit: it is more than the limit itself. */
  readonly retryAfterSeconds: number | undefined;
}

/** The error for a request that a limit does not allow; it is counted. */
export function limitRefusal({ client, limit, maximum, retryAfterSeconds }: Refused): SwitchboardError {
  limitExceeded(client, limit);
  const allowed = `The client '${client}' is limited to ${maximum} ${WORDS[limit]}`;
  const message =
    retryAfterSeconds === undefined
      ? `${allowed}: this request alone is more, and will never be accepted.`
      : `${allowed}.`;
  return new SwitchboardError('ClientLimitExceeded', message, { target: limit, retryAfterSeconds });
}
