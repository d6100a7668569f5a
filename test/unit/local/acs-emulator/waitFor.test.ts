import { describe, expect, test } from 'vitest';
import { NotReceivedError, waitFor } from '../../../../infra/local/acs-emulator/outbox/waitFor.ts';
import { Notes } from './outbox.fixtures.ts';

const LONG = { timeoutMilliseconds: 100_000 };

describe('a wait', () => {
  test('ends at once with the newest item that matches', async () => {
    const notes = new Notes();
    for (const id of ['a', 'b']) notes.put(id, { to: 'ada' });
    notes.put('c', { to: 'bob' });
    expect(await waitFor(notes.outbox, { to: 'ada' }, LONG)).toMatchObject({ id: 'b' });
  });

  test('ends when an item arrives that matches', async () => {
    const notes = new Notes();
    const found = waitFor(notes.outbox, { to: 'ada' }, LONG);
    notes.put('a', { to: 'bob' });
    notes.put('b', { to: 'ada' });
    expect(await found).toMatchObject({ id: 'b' });
  });

  test('ends when an item arrives among more changes than are kept', async () => {
    const notes = new Notes({ maximumItems: 10 });
    const found = waitFor(notes.outbox, { to: 'ada' }, LONG);
    for (let count = 0; count < 60_000; count += 1) notes.put(`before ${count}`);
    notes.put('a', { to: 'ada' });
    expect(await found).toMatchObject({ id: 'a' });
  });

  test('ends when an item changes so that it matches', async () => {
    const notes = new Notes();
    notes.put('a', { status: 'Running' });
    const found = waitFor(notes.outbox, { status: 'Succeeded' }, LONG);
    notes.put('a', { status: 'Succeeded' });
    expect(await found).toMatchObject({ id: 'a', status: 'Succeeded' });
  });

  test('ends when the time of an item has come', async () => {
    const notes = new Notes();
    notes.put('a', { later: [[notes.now + 3000, 'Succeeded']] });
    const found = waitFor(notes.outbox, { status: 'Succeeded' }, LONG);
    notes.now += 3000;
    notes.outbox.wake();
    expect(await found).toMatchObject({ id: 'a' });
  });

  test('skips the items up to a sequence, even if they change', async () => {
    const notes = new Notes();
    notes.put('a');
    const found = waitFor(notes.outbox, {}, { ...LONG, after: notes.outbox.sequence });
    notes.put('a', { text: 'changed' });
    await new Promise(setImmediate);
    notes.put('b');
    expect(await found).toMatchObject({ id: 'b' });
  });

  test('skips an item that was removed before it could be read', async () => {
    const notes = new Notes();
    const found = waitFor(notes.outbox, {}, LONG);
    notes.put('a');
    notes.delete('a');
    await new Promise(setImmediate);
    notes.put('b');
    expect(await found).toMatchObject({ id: 'b' });
  });

  test('fails after its time, and says what there is', async () => {
    const notes = new Notes();
    notes.put('a', { from: '+18335550100', to: '+14255550123', text: 'Your "code" is 1' });
    notes.put('b', { from: 'shop@contoso.example', to: 'ada@fabrikam.example', subject: 'Order' }, 'email');
    const waiting = (filter: object) => waitFor(notes.outbox, filter, { timeoutMilliseconds: 0 });
    await expect(waiting({ to: '+14255550124', text: 'code' })).rejects.toThrow(
      new NotReceivedError(
        'Nothing matched to=+14255550124, text=code within 0 s. The newest items are: ' +
          'email from shop@contoso.example to ada@fabrikam.example (Sent): "Order"; ' +
          'sms from +18335550100 to +14255550123 (Sent): "Your \\"code\\" is 1".',
      ),
    );
    await expect(waiting({ channel: 'sms', to: 'x' })).rejects.toThrow(/are: sms from [^;]*$/);
    await expect(waiting({ channel: 'request' })).rejects.toThrow(/Nothing else arrived, either\.$/);
  });

  test('says only what arrived after the given sequence', async () => {
    const notes = new Notes();
    notes.put('a', { text: 'old' });
    const wait = () => waitFor(notes.outbox, { to: 'x' }, { timeoutMilliseconds: 0, after: 1 });
    await expect(wait()).rejects.toThrow('Nothing else arrived after 1, either.');
    notes.put('b', { text: 'new' });
    await expect(wait()).rejects.toThrow(/The newest items after 1 are: sms [^;]*"new"\.$/);
  });

  test.each(['the caller', 'the outbox'])('ends when %s ends it, and leaves nothing behind', async (who) => {
    const notes = new Notes();
    const ended = new AbortController();
    const found = waitFor(notes.outbox, {}, { ...LONG, signal: ended.signal });
    if (who === 'the caller') ended.abort(new Error('gone'));
    else notes.outbox.close();
    await expect(found).rejects.toThrow(who === 'the caller' ? 'gone' : 'aborted');
    await expect(waitFor(notes.outbox, {}, { ...LONG, signal: ended.signal })).rejects.toThrow();
  });
});
