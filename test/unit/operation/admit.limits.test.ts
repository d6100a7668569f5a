import { expect, test } from 'vitest';
import { greeting, KEYS, rig, type Sent } from './fixtures.ts';

// `requestsPerMinute` is of all requests of a client, also those that fail: they cost work and storage, too.

const CLIENTS = JSON.stringify([
  { name: 'desk', keys: [KEYS.desk], allow: ['greet'], limits: { requestsPerMinute: 3 } },
]);
const BODY = { from: '+18005550100' };

test.each<[string, number, { name?: string }, Sent]>([
  ['an operation that it may not call', 403, { name: 'shout' }, { body: BODY }],
  ['JSON that is none', 400, {}, { body: '{' }],
  ['too large a body', 413, {}, { body: { ...BODY, text: 'x'.repeat(2000) } }],
  ['no API version', 400, {}, { body: BODY, target: '/greetings/Anna' }],
  ['an impossible idempotency key', 400, {}, { body: BODY, headers: { 'idempotency-key': 'é' } }],
  ['a body without what is needed', 400, {}, { body: {} }],
])('counts requests with %s', async (_, refusal, definition, sent) => {
  const { http } = rig({ variables: { CLIENTS } });
  for (const isSending of [true, false]) {
    const statuses: (number | undefined)[] = [];
    for (let index = 0; index < 3; index += 1) {
      const operation = greeting(undefined, { ...definition, ...(isSending ? { isSending } : {}) });
      statuses.push((await http(operation, { key: KEYS.desk, ...sent })).status);
    }
    expect(statuses).toEqual(Array.from({ length: 3 }, () => (isSending ? refusal : 429)));
  }
});

test('a batch of a client over its limit is not even read', async () => {
  const { http } = rig({ variables: { CLIENTS } });
  let runs = 0;
  let reads = 0;
  const batch = greeting(
    async () => {
      runs += 1;
      return {};
    },
    { isSending: true },
  );
  const operation = { ...batch, body: { ...batch.body, longLists: ['recipients'] } };
  const stream = () => {
    reads += 1;
    return new Blob([JSON.stringify(BODY)]).stream();
  };
  const statuses: (number | undefined)[] = [];
  for (let index = 0; index < 5; index += 1) {
    statuses.push(
      (await http(operation, { key: KEYS.desk, body: BODY, headers: { 'idempotency-key': `${index}` }, stream }))
        .status,
    );
  }
  expect({ statuses, runs, reads }).toEqual({ statuses: [200, 200, 200, 429, 429], runs: 3, reads: 3 });
});
