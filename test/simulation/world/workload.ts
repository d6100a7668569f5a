import * as z from 'zod';
import { getEmailOperation } from '../../../functions/email/getEmailOperation.ts';
import { sendEmail } from '../../../functions/email/sendEmail.ts';
import { addSmsOptOuts } from '../../../functions/sms/addSmsOptOuts.ts';
import { cancelSmsBatch } from '../../../functions/sms/cancelSmsBatch.ts';
import { getSmsBatch } from '../../../functions/sms/getSmsBatch.ts';
import { redriveSmsBatch } from '../../../functions/sms/redriveSmsBatch.ts';
import { removeSmsOptOuts } from '../../../functions/sms/removeSmsOptOuts.ts';
import { sendSms } from '../../../functions/sms/sendSms.ts';
import { submitSmsBatch } from '../../../functions/sms/submitSmsBatch.ts';
import type { Simulation } from '../engine/types.ts';
import type { Acs } from './acs/acs.ts';
import type { Action, BatchAction, ChoiceAction, EmailAction, FollowUp, KeywordAction, SmsAction } from './actions.ts';
import type { Answer, Callers, Persistence } from './caller.ts';
import { anyOperation } from './functions.ts';
import type { AcceptedBatch, History, Intent } from './history.ts';
import type { SimulatedClient } from './installation.ts';
import type { Operator } from './operator.ts';
import type { QueueBell } from './queueBell.ts';

export interface WorkloadParts {
  readonly simulation: Simulation;
  readonly acs: Acs;
  readonly callers: Callers;
  readonly operator: Operator;
  readonly bell: QueueBell;
  readonly history: History;
  readonly clients: readonly SimulatedClient[];
}

const acceptedBatch = z.object({
  id: z.string(),
  state: z.string(),
  counts: z.object({ total: z.int() }),
  duplicates: z.int(),
  invalid: z.object({ count: z.int() }),
});

const smsItems = z.object({ value: z.array(z.object({ successful: z.boolean() })) });

/** A message on a queue whose outcome its sender expects. */
export interface ExpectedOutcome {
  readonly queue: string;
  readonly operation: string;
  readonly client: string;
  readonly subject: string;
  readonly intent: string;
}

/** What clients, people and operators do. */
export class Workload {
  /** Outcomes of messages that were put on queues. */
  readonly expected: ExpectedOutcome[] = [];
  /** Keywords that people have sent, by the id of their message. */
  readonly keywords = new Map<string, KeywordAction & { readonly madeOn: number }>();
  readonly #parts: WorkloadParts;

  constructor(parts: WorkloadParts) {
    this.#parts = parts;
  }

  async perform(action: Action): Promise<void> {
    const { simulation, operator } = this.#parts;
    await simulation.sleep(action.atMilliseconds);
    simulation.trace(`action ${action.do}`, { index: action.index });
    switch (action.do) {
      case 'batch':
        return this.#batch(action);
      case 'sms':
        return this.#sms(action);
      case 'email':
        return this.#email(action);
      case 'keyword':
        return this.#keyword(action);
      case 'choice':
        return this.#choice(action);
      default:
        return operator.perform(action);
    }
  }

  #intend(
    { kind, index }: { kind: Intent['kind']; index: number },
    rest: Omit<Intent, 'name' | 'kind' | 'startedOn'>,
  ): Intent {
    const intent = { ...rest, kind, name: `${kind}-${index}`, startedOn: this.#parts.simulation.now() };
    this.#parts.history.intents.set(intent.name, intent);
    return intent;
  }

  async #batch(action: BatchAction & { readonly index: number }): Promise<void> {
    const { simulation, callers, history } = this.#parts;
    const { index, client, from } = action;
    const numbers = action.numbers.slice(
      0,
      simulation.amount(`recipients of batch-${index}`, action.numbers.length, 1),
    );
    const intent = this.#intend({ kind: 'batch', index }, { client: client.name, from, recipients: numbers });
    const body = batchBody(action, intent, numbers, simulation.now());
    if (action.via === 'queue') {
      this.#enqueue(submitSmsBatch, intent, body, false);
      return;
    }
    const call = {
      ...{ operation: anyOperation(submitSmsBatch), client, path: '/sms/batches', body, intent: intent.name },
      ...(action.isNamed ? { headers: { 'idempotency-key': intent.name } } : {}),
    };
    const answer = await callers.call(call, action.isNamed ? 'untilAnswered' : 'likeSdk');
    if (answer?.status !== 202) return;
    const { id, counts, duplicates, invalid } = acceptedBatch.parse(answer.body);
    const submitted = numbers.length + Math.min(action.duplicates, numbers.length) + action.invalid;
    const rows = { submitted, total: counts.total, duplicates, invalid: invalid.count };
    const batch: AcceptedBatch = {
      ...{ intent, id, rows, redrives: 0, redrivesInDoubt: 0, canceledOn: undefined, mayBeCanceled: false },
    };
    history.batches.set(id, batch);
    await Promise.all(action.followUps.map((it) => this.#followUp(client, batch, it)));
  }

  async #followUp(
    client: SimulatedClient,
    batch: AcceptedBatch,
    { do: what, afterMilliseconds }: FollowUp,
  ): Promise<void> {
    const { simulation } = this.#parts;
    await simulation.sleep(afterMilliseconds);
    if (what === 'peek') return this.#peek(client, batch);
    return what === 'cancel' ? this.#cancel(client, batch) : this.#redrive(client, batch, what === 'redriveInDoubt');
  }

  async #cancel(client: SimulatedClient, batch: AcceptedBatch): Promise<void> {
    const { simulation, callers } = this.#parts;
    const { id } = batch;
    batch.mayBeCanceled = true;
    const call = { operation: anyOperation(cancelSmsBatch), client, path: `/sms/batches/${id}:cancel`, params: { id } };
    const answer = await callers.call(call, 'untilAnswered');
    if (answer?.status === 200) batch.canceledOn = simulation.now();
  }

  async #redrive(client: SimulatedClient, batch: AcceptedBatch, includeInDoubt: boolean): Promise<void> {
    const { callers } = this.#parts;
    const { id } = batch;
    // Counted before the call: it may take effect without an answer, and each repetition may be another redrive.
    const call = {
      ...{ operation: anyOperation(redriveSmsBatch), client, path: `/sms/batches/${id}:redrive`, params: { id } },
      ...{ body: { includeInDoubt }, headers: { 'idempotency-key': `redrive ${id} ${batch.redrives}` } },
    };
    batch.redrives += 1;
    if (includeInDoubt) batch.redrivesInDoubt += 1;
    await callers.call(call, 'once');
  }

  /** Another client asks for this one's batch. */
  async #peek({ name }: SimulatedClient, { id }: AcceptedBatch): Promise<void> {
    const { simulation, callers, clients } = this.#parts;
    const stranger = clients.find((it) => it.name !== name);
    if (!stranger) return;
    const call = { operation: anyOperation(getSmsBatch), client: stranger, path: `/sms/batches/${id}`, params: { id } };
    const answer = await callers.call(call, 'once');
    if (answer?.status === 200) simulation.fail('no client sees the rows of another', { id, stranger: stranger.name });
  }

  async #sms(action: SmsAction & { readonly index: number }): Promise<void> {
    const { callers } = this.#parts;
    const { client, from, numbers, index } = action;
    const intent = this.#intend({ kind: 'sms', index }, { client: client.name, from, recipients: numbers });
    const body = {
      ...{ from, message: `Hello #${intent.name}`, smsRecipients: numbers.map((to) => ({ to })) },
      ...(action.wantsReport ? { smsSendOptions: { enableDeliveryReport: true, tag: 'own' } } : {}),
    };
    if (action.via === 'queue') return this.#enqueue(sendSms, intent, body, action.isRepeated);
    const persistence = PERSISTENCE[action.via];
    const call = {
      ...{ operation: anyOperation(sendSms), client, path: '/sms', body, intent: intent.name },
      ...(action.via === 'http' ? { headers: { 'idempotency-key': intent.name } } : {}),
    };
    const calls = action.via === 'http' && action.isRepeated ? 2 : 1; // at the same time, with one key
    await Promise.all(Array.from({ length: calls }, () => callers.call(call, persistence, acceptedItems)));
  }

  async #email(action: EmailAction & { readonly index: number }): Promise<void> {
    const { simulation, callers } = this.#parts;
    const { client, from, index, via } = action;
    const recipients = action.recipients.slice(
      0,
      simulation.amount(`recipients of email-${index}`, action.recipients.length, 1),
    );
    const intent = this.#intend({ kind: 'email', index }, { client: client.name, from, recipients });
    const body = {
      senderAddress: from,
      content: { subject: `News #${intent.name}`, plainText: 'Hello' },
      recipients: { to: recipients.map((address) => ({ address })) },
    };
    if (via === 'queue') return this.#enqueue(sendEmail, intent, body, false);
    const operationId = simulation.random.uuid();
    const name = via === 'http' ? { 'idempotency-key': intent.name } : { 'operation-id': operationId };
    const call = {
      operation: anyOperation(sendEmail),
      client,
      path: '/emails:send',
      body,
      headers: name,
      intent: intent.name,
    };
    const answer = await callers.call(call, 'untilAnswered', (it) => (it.status === 202 ? recipients.length : 0));
    if (answer?.status !== 202) return;
    this.#parts.history.emailSubjects.add(via === 'http' ? intent.name : operationId);
    await this.#readStatus(client, answer);
  }

  /** Its client reads the status; another one must not. */
  async #readStatus({ name }: SimulatedClient, { body }: Answer): Promise<void> {
    const { simulation, callers, clients } = this.#parts;
    const { id } = z.object({ id: z.string() }).parse(body);
    const stranger = clients.find((it) => it.name !== name);
    if (!stranger) return;
    const path = `/emails/operations/${id}`;
    const call = { operation: anyOperation(getEmailOperation), client: stranger, path, params: { operationId: id } };
    const answer = await callers.call(call, 'once');
    if (answer?.status === 200) simulation.fail('no client sees the rows of another', { id, stranger: stranger.name });
  }

  #enqueue(definition: unknown, { client, name }: Intent, body: object, isRepeated: boolean): void {
    const { simulation, bell } = this.#parts;
    const { name: operation, queue = '' } = anyOperation(definition);
    const message = { id: name, client, body, replyTo: `replies-${client}` };
    this.expected.push({ queue, operation, client, subject: name, intent: name });
    const text = Buffer.from(JSON.stringify(message)).toString('base64');
    for (let copy = 0; copy < (isRepeated ? 2 : 1); copy += 1) simulation.account.send(queue, text, copy * 20);
    bell.ring(queue);
  }

  #keyword(action: KeywordAction & { readonly index: number }): void {
    const { acs } = this.#parts;
    const messageId = `Incoming_${action.index}`;
    const { number: from, sender: to, word: message } = action;
    const madeOn = acs.events.receiveSms({ messageId, from, to, message });
    this.keywords.set(messageId, { ...action, madeOn });
    this.#parts.bell.ring('acs-events');
  }

  async #choice({ client, number, sender, optedOut }: ChoiceAction): Promise<void> {
    const { simulation, callers, history } = this.#parts;
    const madeOn = simulation.now();
    const operation = anyOperation(optedOut ? addSmsOptOuts : removeSmsOptOuts);
    const path = `/sms/optouts:${optedOut ? 'add' : 'remove'}`;
    const body = { from: sender, recipients: [{ to: number }] };
    const answer = await callers.call({ operation, client, path, body }, 'once');
    // Whatever the answer, the choice may have been recorded; only a success says that it was.
    const isRecorded = answer?.status === 200;
    if (isRecorded || !optedOut) {
      history.choices.push({ number, sender, optedOut, madeOn, recordedOn: isRecorded ? simulation.now() : madeOn });
    }
  }
}

const PERSISTENCE: Readonly<Record<Exclude<SmsAction['via'], 'queue'>, Persistence>> = {
  http: 'untilAnswered',
  sdk: 'likeSdk',
  once: 'once',
};

function acceptedItems({ status, body }: Answer): number {
  return status === 202 ? smsItems.parse(body).value.filter(({ successful }) => successful).length : 0;
}

function batchBody(action: BatchAction, { name }: Intent, numbers: readonly string[], now: number): object {
  const repeated = numbers.slice(0, action.duplicates);
  const invalid = Array.from({ length: action.invalid }, (_, index) => `not a number ${index}`);
  const rows = [...numbers, ...repeated, ...invalid];
  const common = {
    from: action.from,
    ...(action.sendInMilliseconds === undefined
      ? {}
      : { sendAt: new Date(now + action.sendInMilliseconds).toISOString() }),
    smsSendOptions: { enableDeliveryReport: action.wantsReports },
  };
  if (action.names === 0) return { ...common, message: `Hello #${name}`, recipients: rows };
  const csv = ['to,name', ...rows.map((row, index) => `${row},N${index % action.names}`)].join('\n');
  return { ...common, message: `Hello {{name}} #${name}`, csv };
}
