import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import { cloudEvent, emailReportData, receivedSmsData, smsReportData } from '../setup/acsEvents.ts';
import { allSms, emailsTo } from '../setup/emulator.ts';
import { SENDER } from '../setup/names.ts';
import type { CountedApp } from './countedApp.ts';
import {
  batch,
  email,
  idOf,
  newBatch,
  newEmail,
  newFailedBatch,
  newTrackedSms,
  nextPhone,
  post,
  sendBatches,
  sms,
} from './operationCalls.ts';

/** Prepares, and returns what is counted. */
export type Scenario = (app: CountedApp) => Promise<() => Promise<unknown>>;

export type Scenarios = Readonly<Record<string, Scenario>>;

const DAY_MILLISECONDS = 86_400_000;

export function passTime(milliseconds: number): void {
  vi.setSystemTime(Date.now() + milliseconds);
}

const fromQueue = (app: CountedApp, name: string, body: unknown) => () =>
  app.deliver(`${name}FromQueue`, { id: randomUUID(), client: 'everything', body });

const TRACKED = { smsSendOptions: { enableDeliveryReport: true } };

export const MESSAGE_SCENARIOS: Scenarios = {
  'SMS over HTTP': async (app) => () => post(app, '/sms', sms()),
  'SMS over HTTP, with Idempotency-Key': async (app) => () =>
    app.request({ method: 'POST', target: '/sms', body: sms(), key: randomUUID() }),
  'the same again, answered from storage': async (app) => {
    const request = { method: 'POST', target: '/sms', body: sms(), key: randomUUID() };
    await app.request(request);
    return () => app.request(request);
  },
  'SMS by queue message': async (app) => fromQueue(app, 'sendSms', sms()),
  'SMS with a delivery report, over HTTP': async (app) => () => post(app, '/sms', sms(TRACKED)),
  'its delivery report': async (app) => {
    const messageId = await newTrackedSms(app);
    return () => reportSms(app, { messageId, tag: '' });
  },
  'email over HTTP': async (app) => () => post(app, '/emails:send', email()),
  'email over HTTP, with Idempotency-Key': async (app) => () =>
    app.request({ method: 'POST', target: '/emails:send', body: email(), key: randomUUID() }),
  'email by queue message': async (app) => fromQueue(app, 'sendEmail', email()),
  'its final status, by the timer': async (app) => {
    await newEmail(app);
    passTime(61_000);
    return () => app.runTimer('pollEmailOperations');
  },
  'its delivery report, for one recipient': async (app) => {
    const { messageId, recipient } = await sentEmail(app);
    return () => deliverEvents(app, [cloudEvent('emailReport', emailReportData({ messageId, recipient }))]);
  },
};

export const BATCH_SCENARIOS: Scenarios = {
  'a batch of 1000 recipients: accepted and split': accepting(1000),
  'a batch of 1000 recipients: sent and completed': sending(1000),
  'a batch of 5000 recipients: accepted and split': accepting(5000),
  'a batch of 5000 recipients: sent and completed': sending(5000),
  'a delivery report of a batch': async (app) => {
    const [first, second] = await sentBatch(app, 100);
    await reportSms(app, first);
    return () => reportSms(app, second);
  },
  'the last delivery report of a batch': async (app) => {
    const [first, second] = await sentBatch(app, 2);
    await reportSms(app, first);
    return () => reportSms(app, second);
  },
};

/** A large batch needs nothing that a small one has not created. */
export const isWarmedUp = (name: string): boolean => name.startsWith('a batch of 5000');

export const TIMER_SCENARIOS: Scenarios = {
  'sweepSmsBatches, nothing due': async (app) => {
    await settleBatches(app);
    return () => app.runTimer('sweepSmsBatches');
  },
  'sweepSmsBatches, 10 batches being sent': async (app) => {
    await settleBatches(app);
    for (let count = 0; count < 10; count += 1) await post(app, '/sms/batches', batch(1));
    await app.take('sms-chunks');
    return () => app.runTimer('sweepSmsBatches');
  },
  'sweepSmsBatches, 10 batches that are over': async (app) => {
    await settleBatches(app);
    for (let count = 0; count < 10; count += 1) await newBatch(app);
    passTime(180_000);
    return () => app.runTimer('sweepSmsBatches');
  },
  'pollEmailOperations, nothing due': async (app) => {
    await settleEmails(app);
    return () => app.runTimer('pollEmailOperations');
  },
  'forgetOldRecords, nothing due': async (app) => {
    await settleBatches(app);
    await settleEmails(app);
    passTime(400 * DAY_MILLISECONDS);
    for (let run = 0; run < 3; run += 1) await app.runTimer('forgetOldRecords');
    return () => app.runTimer('forgetOldRecords');
  },
  'forgetOldRecords, 20 emails and their audit entries': async (app) => {
    await settleEmails(app);
    passTime(400 * DAY_MILLISECONDS);
    await app.runTimer('forgetOldRecords');
    const message = email(); // to one recipient, whose counter is one row
    for (let count = 0; count < 20; count += 1) {
      await post(app, '/emails:send', message);
      passTime(1000); // a request of the same second is the same
    }
    passTime(400 * DAY_MILLISECONDS);
    return () => app.runTimer('forgetOldRecords');
  },
};

export const EVENT_SCENARIOS: Scenarios = {
  'incoming SMS': async (app) => () => deliverEvents(app, [incoming('Hello')]),
  'incoming SMS with STOP': async (app) => () => deliverEvents(app, [incoming('STOP')]),
  'an event that cannot be used': async (app) => () => deliverEvents(app, [{ id: randomUUID() }]),
  'a poison message of sendSmsChunk': async (app) => {
    await post(app, '/sms/batches', batch(1));
    const [message = ''] = await app.take('sms-chunks');
    return () => app.deliver('failSmsChunk', JSON.parse(message));
  },
  'a poison message of splitSmsBatch': async (app) => {
    await post(app, `/sms/batches/${await newFailedBatch(app)}:redrive`, {});
    const [message = ''] = await app.take('sms-batch-splits');
    return () => app.deliver('failSmsBatch', JSON.parse(message));
  },
  'GET /health': async (app) => () => get(app, '/health'),
  'GET /health/ready': async (app) => {
    passTime(READINESS_MILLISECONDS);
    return () => get(app, '/health/ready');
  },
  'GET /openapi.json': async (app) => () => get(app, '/openapi.json'),
  'GET /docs': async (app) => () => refused(get(app, '/docs')),
  'GET /docs/{file}': async (app) => () => refused(get(app, '/docs/page.js')),
  'a request without a signature': async (app) => () =>
    refused(app.request({ method: 'POST', target: '/sms', body: sms(), client: null })),
  'a request to an unknown path': async (app) => () => refused(get(app, '/unknown')),
};

/** How long the result of the checks is kept. */
const READINESS_MILLISECONDS = 10_000;

const get = (app: CountedApp, target: string) => app.request({ method: 'GET', target, client: null });

/** Waits for a request that the app refuses. */
async function refused(request: Promise<unknown>): Promise<void> {
  await request.then(
    () => undefined,
    () => undefined,
  );
}

function accepting(recipients: number): Scenario {
  return async (app) => {
    const request = batch(recipients);
    return async () => {
      await post(app, '/sms/batches', request);
      await app.drain('splitSmsBatch');
    };
  };
}

function sending(recipients: number): Scenario {
  return async (app) => {
    await sendBatches(app); // what other scenarios have left
    await post(app, '/sms/batches', batch(recipients));
    await app.drain('splitSmsBatch');
    return () => sendBatches(app);
  };
}

interface SentSms {
  readonly messageId: string;
  readonly to?: string;
  readonly tag: string;
}

const deliverEvents = (app: CountedApp, events: readonly object[]) => app.deliver('recordAcsEvent', events);

function reportSms(app: CountedApp, sent: SentSms | undefined): Promise<void> {
  if (!sent) throw new Error('No such message was sent.');
  const { messageId, to = '+14255550123', tag } = sent;
  return deliverEvents(app, [cloudEvent('smsReport', smsReportData({ messageId, from: SENDER, to, tag }))]);
}

function incoming(message: string): object {
  return cloudEvent(
    'receivedSms',
    receivedSmsData({ messageId: randomUUID(), from: nextPhone(), to: SENDER, message }),
  );
}

/** @returns the messages of a batch that has been sent and completed */
async function sentBatch(app: CountedApp, recipients: number): Promise<readonly SentSms[]> {
  const request = { ...batch(recipients), ...TRACKED };
  await newBatch(app, request);
  const numbers = new Set(request.recipients);
  const sent = await allSms(app.acs.url);
  return sent
    .filter(({ to }) => numbers.has(to))
    .map(({ messageId, to, smsSendOptions }) => ({ messageId, to, tag: smsSendOptions?.tag ?? '' }));
}

async function sentEmail(app: CountedApp) {
  const message = email();
  const recipient = message.recipients.to[0]?.address ?? '';
  idOf(await post(app, '/emails:send', message));
  const [sent] = await emailsTo(app.acs.url, recipient);
  return { messageId: sent?.id ?? '', recipient };
}

/** Sends what is left of other scenarios' batches, and lets the timer close them. */
async function settleBatches(app: CountedApp): Promise<void> {
  for (let run = 0; run < 3; run += 1) {
    passTime(DAY_MILLISECONDS / 24);
    await app.runTimer('sweepSmsBatches');
    await sendBatches(app);
  }
}

async function settleEmails(app: CountedApp): Promise<void> {
  for (let run = 0; run < 3; run += 1) {
    passTime(2 * DAY_MILLISECONDS);
    await app.runTimer('pollEmailOperations');
  }
}
