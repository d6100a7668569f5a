import fc from 'fast-check';
import { EMAIL_DELIVERY_STATES, type EmailDeliveryReport } from '../../../shared/contract/acsEvent.ts';
import type { EmailOperation } from '../../../shared/contract/email.ts';
import type { EmailOwner } from '../../../shared/email/email.ts';
import type { Fact } from '../../../shared/email/merge.ts';

export const ID = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
export const NOW = Date.parse('2026-01-15T08:30:00Z');
export const OWNER: EmailOwner = {
  ...{ client: 'shop', sender: 'news@contoso.com', kind: 'custom' },
  ...{ subject: 'order-1', replyTo: undefined },
};

/** Any answer of ACS, also contradictory ones. */
export const operation: fc.Arbitrary<EmailOperation> = fc.record({
  id: fc.constant(ID),
  status: fc.constantFrom('NotStarted', 'Running', 'Succeeded', 'Failed', 'Canceled'),
  error: fc.constantFrom(null, { code: 'EmailDropped', message: 'x' }, { code: 'Other', message: 'y' }),
});

export const report: fc.Arbitrary<EmailDeliveryReport> = fc.record({
  messageId: fc.constant(ID),
  sender: fc.constant('news@contoso.com'),
  recipient: fc.constantFrom('anna@contoso.com', 'ben@contoso.com'),
  status: fc.constantFrom(...EMAIL_DELIVERY_STATES),
  details: fc.constantFrom('', 'a', 'b'),
  attemptedOn: fc.constantFrom(NOW, NOW + 1000, NOW + 2000),
});

const retryAfterSeconds = fc.constantFrom(undefined, 0, 30);

export const fact: fc.Arbitrary<Fact> = fc.oneof(
  fc.record({ kind: fc.constantFrom('accepted' as const, 'polled' as const), operation, retryAfterSeconds }),
  fc.record({ kind: fc.constantFrom('notFound' as const, 'unanswered' as const) }),
  fc.record({ kind: fc.constant('reported' as const), report }),
);
