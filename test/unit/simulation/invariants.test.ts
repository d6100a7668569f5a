import { describe, expect, test } from 'vitest';
import { type AcceptedBatch, type Delivery, History, type Intent } from '../../simulation/world/history.ts';
import {
  completes,
  countersEqualResults,
  countsRows,
  type FinalBatch,
  reportsAreRecorded,
  resultsAreTrue,
} from '../../simulation/world/invariants/batches.ts';
import {
  endsInWindow,
  respectsPermissions,
  sentOnce,
  sentToRecipients,
  stopsWhenCanceled,
} from '../../simulation/world/invariants/deliveries.ts';
import { keepsLimits } from '../../simulation/world/invariants/limits.ts';
import { respectsOptOuts } from '../../simulation/world/invariants/optOuts.ts';
import {
  batchEvents,
  missingOutcomes,
  oneIdEach,
  privateOutcomes,
} from '../../simulation/world/invariants/outcomes.ts';
import { busiestMinute, keepsRates } from '../../simulation/world/invariants/rates.ts';
import type { Violation } from '../../simulation/world/invariants/violation.ts';

// Each invariant with a history that keeps it and one that violates it: one that cannot fail would prove nothing.

const SENDER = '+18005550100';
const ANNA = '+14255550101';
const BEN = '+14255550102';

const INTENT: Intent = {
  name: 'batch-1',
  kind: 'batch',
  client: 'shop',
  from: SENDER,
  recipients: [ANNA, BEN],
  startedOn: 0,
};

function batch(changes: Partial<AcceptedBatch> = {}): AcceptedBatch {
  return {
    ...{
      intent: INTENT,
      id: 'b',
      rows: { submitted: 4, total: 2, duplicates: 1, invalid: 1 },
      redrives: 0,
      redrivesInDoubt: 0,
    },
    ...{ canceledOn: undefined, mayBeCanceled: false, ...changes },
  };
}

function delivery(changes: Partial<Delivery> = {}): Delivery {
  return {
    ...({
      channel: 'sms',
      intent: 'batch-1',
      to: ANNA,
      from: SENDER,
      wireId: 'i1',
      messageId: 'm1',
      on: 1000,
    } as const),
    ...changes,
  };
}

interface Seen {
  readonly deliveries?: readonly Delivery[];
  readonly batch?: AcceptedBatch;
}

function historyOf({ deliveries = [], batch: accepted }: Seen = {}): History {
  const history = new History();
  history.intents.set(INTENT.name, INTENT);
  if (accepted) history.batches.set(accepted.id, accepted);
  for (const it of deliveries) history.deliver(it);
  return history;
}

const names = (violations: Iterable<Violation>) => [...violations].map(({ invariant }) => invariant);

describe('a message is received once', () => {
  test('by each recipient', () => {
    const deliveries = [delivery(), delivery({ to: BEN, wireId: 'i2', messageId: 'm2' })];
    expect(names(sentOnce(historyOf({ deliveries })))).toEqual([]);
  });

  test.each([
    ['i1', 'no recipient receives a message twice: sent again after ACS’s window'],
    ['i2', 'no recipient receives a message twice: sent again with another id'],
  ])('and not again with the id %s', (wireId, invariant) => {
    const deliveries = [delivery(), delivery({ wireId, messageId: 'm2' })];
    expect(names(sentOnce(historyOf({ deliveries, batch: batch() })))).toEqual([invariant]);
    expect(names(sentOnce(historyOf({ deliveries, batch: batch({ redrivesInDoubt: 1 }) })))).toEqual([]);
  });

  test('by its recipients only, from its sender', () => {
    expect(names(sentToRecipients(historyOf({ deliveries: [delivery()] })))).toEqual([]);
    for (const changes of [{ to: '+14255550199' }, { from: '12345' }, { intent: 'batch-9' }]) {
      expect(names(sentToRecipients(historyOf({ deliveries: [delivery(changes)] })))).toHaveLength(1);
    }
  });
});

describe('a request to ACS', () => {
  const request = {
    startedOn: 290_000,
    process: 'p1',
    from: SENDER,
    numbers: [ANNA],
    ids: ['i1'],
    tag: '',
    intent: 'batch-1',
    firstSent: 0,
  };
  const withRequest = (changes: object, accepted = batch()) => {
    const history = historyOf({ batch: accepted });
    history.requests.push({ ...request, ...changes });
    return history;
  };

  test('ends within the window', () => {
    expect(names(endsInWindow(withRequest({}), 300))).toEqual([]);
    expect(names(endsInWindow(withRequest({ startedOn: 290_001 }), 300))).toHaveLength(1);
  });

  test('is not started once its batch has been canceled, as soon as the process can know', () => {
    const canceled = batch({ canceledOn: 100_000 });
    const read = { process: 'p1', rowKey: `batch-${canceled.id}`, startedOn: 99_900, endedOn: 99_950 };
    const found = (startedOn: number, reads: readonly object[], optOutReads: readonly object[] = []) => {
      const history = withRequest({ startedOn }, canceled);
      history.batchReads.push(...reads.map((changes) => ({ ...read, ...changes })));
      history.optOutReads.push(...optOutReads.map((changes) => ({ ...read, ...changes })));
      return names(stopsWhenCanceled(history));
    };
    expect(found(100_000, [])).toEqual([]);
    expect(found(100_001, [])).toHaveLength(1);
    expect(found(100_990, [{}])).toEqual([]);
    expect(found(101_100, [{}]), 'a read of more than a second ago').toHaveLength(1);
    expect(found(120_010, [{ endedOn: 120_000 }]), 'a slow read that began before').toEqual([]);
    expect(found(100_500, [{ startedOn: 100_001, endedOn: 100_400 }]), 'a read after it').toHaveLength(1);
    expect(found(100_500, [{ process: 'p2' }])).toHaveLength(1);
    expect(found(100_500, [{ rowKey: 'batch-other' }])).toHaveLength(1);
    expect(found(130_010, [{}], [{ startedOn: 100_800, endedOn: 130_000 }]), 'a slow look at the opt-outs').toEqual([]);
    expect(found(130_010, [{}], [{ startedOn: 101_200, endedOn: 130_000 }]), 'that began too late').toHaveLength(1);
  });

  test('is not made while its client lacks the permission', () => {
    const history = withRequest({});
    history.revocations.push({ client: 'shop', sender: SENDER, from: 0, to: 290_000 });
    history.revocations.push({ client: 'shop', sender: '12345', from: 0, to: 300_000 });
    expect(names(respectsPermissions(history))).toEqual([]);
    history.revocations.push({ client: 'shop', sender: undefined, from: 0, to: 300_000 });
    expect(names(respectsPermissions(history))).toHaveLength(1);
  });

  test('does not go to a number that has opted out, as soon as the process can know', () => {
    const history = withRequest({});
    history.choices.push({ number: ANNA, sender: SENDER, optedOut: true, madeOn: 280_000, recordedOn: 285_000 });
    history.optOutReads.push({ process: 'p1', startedOn: 284_900, endedOn: 289_970 });
    expect(names(respectsOptOuts(history)), 'a slow read that began before').toEqual([]);
    history.optOutReads.splice(0);
    history.optOutReads.push({ process: 'p1', startedOn: 284_900, endedOn: 284_950 });
    expect(names(respectsOptOuts(history)), 'a read of more than a second ago').toHaveLength(1);
    history.choices.push({ number: ANNA, sender: SENDER, optedOut: false, madeOn: 286_000, recordedOn: 287_000 });
    expect(names(respectsOptOuts(history)), 'opted in again').toEqual([]);
  });
});

describe('no minute has more than the rate', () => {
  const first = {
    ...{ startedOn: 1500, process: 'p1', from: SENDER, numbers: [ANNA], ids: ['i1'], tag: '', intent: 'batch-1' },
    firstSent: 1000,
  };
  const found = (requests: readonly object[], rate: number) => {
    const history = historyOf();
    history.requests.push(...requests.map((changes) => ({ ...first, ...changes })));
    return names(keepsRates(history, { [SENDER]: rate }, false));
  };

  test('of what is received, if nothing delays it', () => {
    expect(busiestMinute([0, 59_999, 60_000])).toBe(2);
    const deliveries = [delivery(), delivery({ to: BEN, on: 60_999 })];
    expect(names(keepsRates(historyOf({ deliveries }), { [SENDER]: 1 }, true))).toHaveLength(1);
    expect(names(keepsRates(historyOf({ deliveries }), { [SENDER]: 1 }, false))).toEqual([]);
    expect(names(keepsRates(historyOf({ deliveries }), { [SENDER]: 2 }, true))).toEqual([]);
  });

  test('of tries, each at its first-sent time', () => {
    expect(found([{}, { ids: ['i2'], firstSent: 60_000 }], 1)).toHaveLength(1);
    expect(found([{}, { ids: ['i2'], firstSent: 61_000 }], 1)).toEqual([]);
    expect(found([{}, { ids: ['i2'], firstSent: 60_000 }], 2)).toEqual([]);
    expect(found([{}, { ids: ['i1'], firstSent: 60_000 }], 1), 'another try').toHaveLength(1);
    expect(found([{ ids: ['i1', 'i2'] }], 1)).toHaveLength(1);
  });

  test('but repetitions that ACS recognizes are not counted, nor how long a request takes', () => {
    expect(found([{}, {}, { startedOn: 30_000 }], 1)).toEqual([]);
    expect(found([{}, { ids: ['i2'], firstSent: 61_000, startedOn: 1500 }], 1)).toEqual([]);
  });
});

describe('limits', () => {
  const client = (limits: Record<string, number>) => [{ name: 'shop', key: '', senders: undefined, limits }];
  const call = {
    ...{ client: 'shop', operation: 'sendSms', intent: 'batch-1', startedOn: 0, endedOn: 100, status: 202 },
    ...{ isReplayed: false, attempt: 1, counted: 3 },
  };

  test('per minute', () => {
    const history = historyOf();
    history.calls.push(
      call,
      { ...call, startedOn: 50_000, endedOn: 56_000 },
      { ...call, startedOn: 56_000, endedOn: 70_000 },
    );
    expect(names(keepsLimits(history, client({ smsPerMinute: 6 })))).toEqual([]);
    expect(names(keepsLimits(history, client({ smsPerMinute: 5 })))).toHaveLength(1);
  });

  test('per recipient and day', () => {
    const other: Intent = { ...INTENT, name: 'batch-2' };
    const history = historyOf({ deliveries: [delivery(), delivery({ intent: 'batch-2', messageId: 'm2' })] });
    history.intents.set(other.name, other);
    history.spansOneDay = true;
    history.calls.push(call, { ...call, intent: 'batch-2' });
    expect(names(keepsLimits(history, client({ perRecipientPerDay: 2 })))).toEqual([]);
    expect(names(keepsLimits(history, client({ perRecipientPerDay: 1 })))).toHaveLength(1);
  });

  test('per batch', () => {
    const history = historyOf({ batch: batch() });
    expect(names(keepsLimits(history, client({ batchRecipients: 2 })))).toEqual([]);
    expect(names(keepsLimits(history, client({ batchRecipients: 1 })))).toHaveLength(1);
  });
});

describe('a batch at its end', () => {
  const COUNTS = {
    total: 2,
    pending: 0,
    accepted: 1,
    failed: 1,
    inDoubt: 0,
    optedOut: 0,
    canceled: 0,
    delivered: 1,
    undelivered: 0,
  };
  const RESULTS = [
    { to: ANNA, state: 'accepted', messageId: 'm1', delivery: { status: 'Delivered' } },
    { to: BEN, state: 'failed' },
  ];
  const final = (changes: Partial<FinalBatch> = {}): FinalBatch => ({
    ...{ id: 'b', state: 'completed', counts: COUNTS, results: RESULTS },
    ...changes,
  });

  test('has read each row', () => {
    expect(names(countsRows(historyOf({ batch: batch() })))).toEqual([]);
    const rows = { submitted: 5, total: 2, duplicates: 1, invalid: 1 };
    expect(names(countsRows(historyOf({ batch: batch({ rows }) })))).toHaveLength(1);
  });

  test('has counters that equal its results', () => {
    expect(names(countersEqualResults(final()))).toEqual([]);
    expect(names(countersEqualResults(final({ counts: { ...COUNTS, accepted: 2 } })))).toEqual([
      'counters equal results',
    ]);
    expect(names(countersEqualResults(final({ counts: { ...COUNTS, delivered: 0 } })))).toEqual([
      'counters equal results',
    ]);
    expect(names(countersEqualResults(final({ counts: { ...COUNTS, total: 3 } })))).toEqual([
      'every recipient has one result',
    ]);
  });

  test('has lost no recipient', () => {
    const counts = { ...COUNTS, failed: 0, pending: 1 };
    const results = RESULTS.map((it) => (it.to === BEN ? { ...it, state: 'pending' } : it));
    expect(names(countersEqualResults(final({ counts, results })))).toEqual(['no recipient is lost']);
  });

  test('has true results', () => {
    const judged = (deliveries: readonly Delivery[], accepted = batch()) =>
      names(resultsAreTrue(historyOf({ deliveries }), accepted, final()));
    expect(judged([delivery()])).toEqual([]);
    expect(judged([])).toEqual(['who is accepted has received the message']);
    expect(judged([delivery(), delivery({ to: BEN })])).toEqual(['who has failed has received nothing']);
  });

  test('is completed, or canceled for a reason', () => {
    const history = historyOf();
    expect(names(completes(history, batch(), final()))).toEqual([]);
    expect(names(completes(history, batch(), final({ state: 'canceled' })))).toHaveLength(1);
    expect(names(completes(history, batch({ mayBeCanceled: true }), final({ state: 'canceled' })))).toEqual([]);
    expect(names(completes(history, batch({ mayBeCanceled: true }), final({ state: 'failed' })))).toHaveLength(1);
  });

  test('has the delivery reports of its messages', () => {
    expect(names(reportsAreRecorded(final(), new Map([['m1', 'Delivered']])))).toEqual([]);
    expect(names(reportsAreRecorded(final(), new Map([['m1', 'Failed']])))).toHaveLength(1);
  });
});

describe('outcomes', () => {
  const event = {
    queue: 'replies-shop',
    id: 'e1',
    type: 'switchboard.sendSms.succeeded',
    subject: 's',
    client: 'shop',
    data: {},
  };
  const withEvents = (...changes: object[]) => {
    const history = historyOf({ batch: batch() });
    history.events.push(...changes.map((it) => ({ ...event, ...it })));
    return history;
  };

  test('of each message', () => {
    const expected = [{ operation: 'sendSms', client: 'shop', subject: 's' }];
    expect(missingOutcomes(withEvents({}), expected)).toEqual([]);
    for (const changes of [{ subject: 't' }, { client: 'desk' }, { type: 'switchboard.sendEmail.succeeded' }]) {
      expect(missingOutcomes(withEvents(changes), expected)).toEqual(expected);
    }
  });

  test('have one id each', () => {
    expect(names(oneIdEach(withEvents({}, {})))).toEqual([]);
    expect(names(oneIdEach(withEvents({}, { id: 'e2' })))).toEqual(['an outcome has one id']);
    expect(names(oneIdEach(withEvents({}, { subject: 't' })))).toEqual(['one id stands for one outcome']);
  });

  test('of a batch', () => {
    const of = (result: string, id: string) => ({ type: `switchboard.smsBatch.${result}`, subject: 'b', id });
    expect(names(batchEvents(withEvents(of('accepted', 'a'), of('completed', 'c'), of('completed', 'c'))))).toEqual([]);
    expect(names(batchEvents(withEvents(of('accepted', 'a'))))).toEqual(['every end of a batch is reported']);
    expect(names(batchEvents(withEvents(of('completed', 'c'))))).toEqual(['a batch is reported as accepted once']);
    const twice = withEvents(of('accepted', 'a'), of('completed', 'c'), of('completed', 'd'));
    expect(names(batchEvents(twice))).toEqual(['every end of a batch is reported']);
  });

  test('of other clients stay private', () => {
    expect(names(privateOutcomes(withEvents({})))).toEqual([]);
    expect(names(privateOutcomes(withEvents({ client: 'desk' })))).toHaveLength(1);
  });
});
