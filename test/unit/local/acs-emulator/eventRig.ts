import type { SetDeliveries } from '../../../../infra/local/acs-emulator/events/eventSource.ts';
import type { EmulatorOptions } from '../../../../infra/local/acs-emulator/server.ts';
import type { SmsRequested } from '../../../../infra/local/acs-emulator/sms/smsStore.ts';
import { Clock, type Rig, rigForTest, SEND_EMAIL, SMS } from './harness.ts';

export interface QueuedEvent {
  readonly id: string;
  readonly eventType: string;
  readonly eventTime: string;
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventRig extends Rig {
  /** The events sent so far. */
  readonly queue: QueuedEvent[];
  /** Advances the clock and sends the events that are due. */
  readonly after: (milliseconds: number) => Promise<QueuedEvent[]>;
  readonly state: () => Promise<{ readonly pending: number; readonly sent: number }>;
  readonly set: (body: unknown) => ReturnType<Rig['call']>;
}

/** Starts an emulator that sends its events to a list. */
export async function eventRig(options: Partial<EmulatorOptions> = {}, clock = new Clock()): Promise<EventRig> {
  const queue: QueuedEvent[] = [];
  const events = async (text: string) => void queue.push(JSON.parse(text) as QueuedEvent);
  const rig = await rigForTest({ events, ...options }, clock);
  return {
    ...rig,
    queue,
    after: async (milliseconds) => {
      clock.advance(milliseconds);
      await rig.emulator.deliverDueEvents();
      return queue;
    },
    state: async () => (await rig.call('GET', '/_emulator/events', { key: null })).body,
    set: (body) => rig.call('PUT', '/_emulator/events', { key: null, body }),
  };
}

/** Sends an SMS to each number, by default with a delivery report. @returns the message ids */
export async function sendSms({ call }: Rig, to: readonly string[], enableDeliveryReport = true): Promise<string[]> {
  const smsRecipients = to.map((it) => ({ to: it }));
  const body = { from: '+18005550100', smsRecipients, message: 'Hello', smsSendOptions: { enableDeliveryReport } };
  const answer = await call('POST', SMS, { body });
  return answer.body.value.map(({ messageId }: { messageId: string }) => messageId);
}

/** @returns the operation id */
export async function sendEmail({ call }: Rig, to: readonly string[]): Promise<string> {
  const recipients = { to: to.map((address) => ({ address })) };
  const content = { subject: 'Subject', plainText: 'Text' };
  const answer = await call('POST', SEND_EMAIL, { body: { senderAddress: 'News@contoso.com', content, recipients } });
  return answer.body.id;
}

/** Numbers to which delivery succeeds. */
export const numbers = (count: number) => Array.from({ length: count }, (_, index) => `+1425555${1000 + index}`);

/** A stored request with this number of recipients. */
export function smsRequested(id: string, eventsAt: number, count: number): SmsRequested {
  const items = numbers(count).map((to) => ({ to, messageId: `${id} ${to}` }));
  const options = { enableDeliveryReport: true };
  return { store: 'sms', type: 'requested', at: 0, from: '12345', message: 'Hi', options, items, repeats: 0, eventsAt };
}

/** No delivery state was set by hand. */
export const NOTHING_SET: SetDeliveries = { ofSms: () => undefined, ofEmail: () => undefined };
