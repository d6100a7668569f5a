import { beforeEach, describe, expect, test } from 'vitest';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { SignatureReplays, type SignedCall } from '../../../shared/idempotency/signatureReplays.ts';

let time = 0;
let replays: SignatureReplays;
let runs = 0;

beforeEach(() => {
  [time, runs] = [1000, 0];
  replays = new SignatureReplays(() => time);
});

const SENDING = { isSending: true } as const;
const CREATING = {};
const TOKEN = { secrets: { strip: (body: unknown) => body } };
const A = 'a0000000-0000-4000-8000-000000000000';
const B = 'b0000000-0000-4000-8000-000000000000';

function call(operation: SignedCall['rules'], more: Partial<SignedCall> = {}): Promise<unknown> {
  const signed = { rules: operation, signature: 'signature', key: undefined, clientRequestId: undefined, ...more };
  return replays.guard(signed, async () => {
    runs += 1;
    return { status: 202, body: { run: runs } };
  });
}

const fail = (operation: SignedCall['rules'], error: Error, clientRequestId = A) =>
  replays.guard({ rules: operation, signature: 'signature', key: undefined, clientRequestId }, () =>
    Promise.reject(error),
  );

const first = { body: { run: 1 } };
const replayed = { ...first, headers: { 'idempotent-replayed': 'true' } };
const denied = { code: 'Denied', message: expect.stringMatching(/signature has been used/) };

describe('a message', () => {
  test.each<[string, Partial<SignedCall>]>([
    ['the same headers', {}],
    ['another client request id', { clientRequestId: B }],
    ['none', { clientRequestId: undefined }],
  ])('is sent once for one signature: sent again with %s, it gets the first answer', async (_, more) => {
    expect(await call(SENDING, { clientRequestId: A })).toMatchObject(first);
    for (const later of [0, 2000, 299_000]) {
      time += later;
      expect(await call(SENDING, more)).toEqual({ status: 202, ...replayed });
    }
    expect(runs).toBe(1);
  });

  test('that is being sent is not sent beside that', async () => {
    const [one, other] = await Promise.all([call(SENDING), call(SENDING)]);
    expect([one, other]).toMatchObject([first, replayed]);
    expect(runs).toBe(1);
  });

  test('is not sent again under a key that was added later', async () => {
    await call(SENDING);
    time += 2001;
    await expect(call(SENDING, { key: 'added' })).rejects.toMatchObject(denied);
    expect(runs).toBe(1);
  });
});

describe('a request that an official client sends again', () => {
  test('gets the answer that was lost', async () => {
    await call(CREATING, { clientRequestId: A });
    time += 64_000;
    expect(await call(CREATING, { clientRequestId: A })).toMatchObject(replayed);
    expect(runs).toBe(1);
  });

  test('gets no token once more', async () => {
    await call(TOKEN, { clientRequestId: A });
    await expect(call(TOKEN, { clientRequestId: A })).rejects.toMatchObject(denied);
  });

  test('is carried out after a failure', async () => {
    const failure = new SwitchboardError('UpstreamUnavailable', 'gone');
    await expect(fail(CREATING, failure)).rejects.toBe(failure);
    time += 64_000;
    expect(await call(CREATING, { clientRequestId: A })).toMatchObject(first);
    await expect(call(CREATING, { clientRequestId: B })).rejects.toMatchObject(denied);
  });

  test.each([
    new SwitchboardError('UpstreamInDoubt', 'lost'),
    new SwitchboardError('UpstreamRejected', 'too late', { isDoubtful: true }),
    new SwitchboardError('StorageContention', 'done at ACS, but not here'),
  ])('is not carried out after a doubtful one that must not be repeated: $code', async (doubt) => {
    await expect(fail({ repeatable: 'never' }, doubt)).rejects.toBe(doubt);
    await expect(call({ repeatable: 'never' }, { clientRequestId: A })).rejects.toBe(doubt);
    expect(runs).toBe(0);
  });
});

describe('equal requests of one second', () => {
  test.each([CREATING, TOKEN])('are several where their client request ids differ', async (operation) => {
    const answers = await Promise.all([A, B].map((clientRequestId) => call(operation, { clientRequestId })));
    expect(answers).toMatchObject([{ body: { run: 1 } }, { body: { run: 2 } }]);
  });

  test('are several where their keys differ', async () => {
    await Promise.all(['one', 'two'].map((key) => call(SENDING, { key })));
    expect(runs).toBe(2);
  });

  test('are told to differ where nothing names them', async () => {
    await call(CREATING);
    await expect(call(CREATING)).rejects.toMatchObject(denied);
  });

  test('come within two seconds', async () => {
    await call(CREATING, { clientRequestId: A });
    time += 2001;
    for (const more of [{ clientRequestId: B }, { key: 'added' }, {}]) {
      await expect(call(CREATING, more)).rejects.toMatchObject(denied);
    }
    expect(runs).toBe(1);
  });
});

test('the ledger answers the same key, except where it would make a token', async () => {
  for (const operation of [CREATING, SENDING]) {
    replays = new SignatureReplays(() => time);
    await call(operation, { key: 'one' });
    time += 200_000;
    await call(operation, { key: 'one', clientRequestId: B });
    await expect(call(operation, { key: 'two' })).rejects.toMatchObject(denied);
    await expect(call(operation)).rejects.toMatchObject(denied);
  }
  expect(runs).toBe(4);
  await call(TOKEN, { signature: 'token', key: 'one' });
  await call(TOKEN, { signature: 'token', key: 'one', clientRequestId: A }); // repeated within the second
  time += 2001;
  await expect(call(TOKEN, { signature: 'token', key: 'one', clientRequestId: B })).rejects.toMatchObject(denied);
  await expect(call(TOKEN, { signature: 'token', key: 'one' })).rejects.toMatchObject(denied);
});

test('of many signatures the oldest are forgotten', async () => {
  replays = new SignatureReplays(() => time, { signatures: 2, answers: 1 });
  for (const signature of ['one', 'two', 'three']) await call(SENDING, { signature });
  expect(await call(SENDING, { signature: 'three' })).toMatchObject({ body: { run: 3 } });
  await expect(call(SENDING, { signature: 'two' })).rejects.toMatchObject(denied); // its answer is forgotten
  expect(await call(SENDING, { signature: 'one' })).toMatchObject({ body: { run: 4 } });
});
