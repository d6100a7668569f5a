import { describe, expect, test } from 'vitest';
import type { ItemPage, ItemSummary } from '../../../../../infra/local/acs-emulator/inspection/items.ts';
import type { ListQuery } from '../../../../../infra/local/acs-emulator/page/api.ts';
import { type FeedState, ItemFeed, LOADING } from '../../../../../infra/local/acs-emulator/page/list/feed.ts';
import type { Route } from '../../../../../infra/local/acs-emulator/page/route.ts';
import type { StreamMessage } from '../../../../../infra/local/acs-emulator/page/stream.ts';
import { fakeItem, fakePage, sequencesOf } from './fakeItems.ts';

interface Call {
  readonly query: ListQuery;
  readonly answer: (page: ItemPage) => Promise<void>;
  readonly fail: (error: Error) => Promise<void>;
}

/** A feed whose calls are answered by hand, and which reacts to messages when `settle` is called. */
function openFeed(list: Partial<Pick<Route, 'channel' | 'search'>> = {}) {
  const calls: Call[] = [];
  const arrivals: number[][] = [];
  const scheduled: (() => void)[] = [];
  let state: FeedState = LOADING;
  const feed = new ItemFeed(
    { channel: 'all', search: '', ...list },
    {
      load: (query) => {
        const { promise, resolve, reject } = Promise.withResolvers<ItemPage>();
        const settled = () => new Promise<void>((done) => setImmediate(done));
        calls.push({
          query,
          answer: (page) => {
            resolve(page);
            return settled();
          },
          fail: (error) => {
            reject(error);
            return settled();
          },
        });
        return promise;
      },
      onChange: (changed: FeedState, arrived: readonly ItemSummary[]) => {
        state = changed;
        if (arrived.length > 0) arrivals.push(arrived.map(({ sequence }) => sequence));
      },
      schedule: (callback) => {
        scheduled.push(callback);
        return () => void scheduled.splice(scheduled.indexOf(callback), 1);
      },
    },
  );
  const call = () => calls.at(-1) as Call;
  const receive = (...messages: readonly StreamMessage[]) => {
    for (const message of messages) feed.receive(message);
    for (const callback of [...scheduled]) callback();
  };
  return { feed, calls, call, arrivals, receive, state: () => state };
}

const arrival = (number: number, parts: Partial<ItemSummary> = {}): StreamMessage => ({
  type: 'item',
  data: fakeItem(number, parts),
});

const hello = (isComplete: boolean): StreamMessage => ({ type: 'hello', data: { mailbox: 'default', isComplete } });

test('asks for the newest items of its channel that match its search', () => {
  expect(openFeed({ channel: 'email', search: 'to:maria' }).call().query).toMatchObject({
    channel: 'email',
    search: 'to:maria',
  });
  expect(openFeed().call().query.channel).toBeUndefined();
});

test('shows what is loaded, and then what arrives', async () => {
  const { call, receive, state, arrivals } = openFeed();
  expect(state().status).toBe('loading');
  await call().answer(fakePage([2, 1]));
  expect(state().status).toBe('ready');
  receive(arrival(3), arrival(4));
  expect(sequencesOf(state())).toEqual([4, 3, 2, 1]);
  expect(arrivals).toEqual([[4, 3]]);
});

test('a changed item has not arrived', async () => {
  const { call, receive, state, arrivals } = openFeed();
  await call().answer(fakePage([2, 1]));
  receive(arrival(1, { revision: 5, status: 'Failed' }));
  expect(state().loaded[1]?.status).toBe('Failed');
  expect(arrivals).toEqual([]);
});

test('what arrives while the list is loading is not lost', async () => {
  const { call, receive, state } = openFeed();
  receive(arrival(3));
  await call().answer(fakePage([2, 1]));
  expect(sequencesOf(state())).toEqual([3, 2, 1]);
});

test('items of other channels are left out, and so are requests in the list of all', async () => {
  const email = openFeed({ channel: 'email' });
  await email.call().answer(fakePage([]));
  email.receive(arrival(1), arrival(2, { channel: 'email' }));
  expect(sequencesOf(email.state())).toEqual([2]);
  const all = openFeed();
  await all.call().answer(fakePage([]));
  all.receive(arrival(1, { channel: 'request' }), arrival(2, { channel: 'chat' }));
  expect(sequencesOf(all.state())).toEqual([2]);
});

test('removed items disappear', async () => {
  const { call, receive, state } = openFeed();
  await call().answer(fakePage([2, 1]));
  receive({
    type: 'removed',
    data: {
      items: [
        { channel: 'sms', id: 'id-1' },
        { channel: 'request', id: 'r' },
      ],
    },
  });
  expect(sequencesOf(state())).toEqual([2]);
  expect(state().total).toBe(1);
});

describe('reads the list again', () => {
  test.each<[string, StreamMessage]>([
    ['after a reset', { type: 'reset', data: {} }],
    ['when items may have been missed', hello(false)],
  ])('%s', async (_, message) => {
    const { call, calls, receive, state } = openFeed();
    await call().answer(fakePage([2, 1]));
    receive(message);
    expect(calls).toHaveLength(2);
    await call().answer(fakePage([7]));
    expect(sequencesOf(state())).toEqual([7]);
  });

  test('but not when nothing was missed', async () => {
    const { call, calls, receive } = openFeed();
    await call().answer(fakePage([2, 1]));
    receive(hello(true));
    expect(calls).toHaveLength(1);
  });

  test('and ignores an answer to an earlier call', async () => {
    const { feed, calls, call, state } = openFeed();
    await call().answer(fakePage([2, 1]));
    void feed.reload();
    void feed.reload();
    await calls[2]?.answer(fakePage([9]));
    await calls[1]?.answer(fakePage([8]));
    expect(sequencesOf(state())).toEqual([9]);
  });

  test('and loses nothing that arrives before the answer', async () => {
    const { call, receive, state } = openFeed();
    await call().answer(fakePage([2, 1]));
    receive(hello(false));
    receive(arrival(3));
    await call().answer(fakePage([2, 1]));
    expect(sequencesOf(state())).toEqual([3, 2, 1]);
  });

  test('and applies what has arrived if there is no answer', async () => {
    const { call, receive, state } = openFeed();
    await call().answer(fakePage([2, 1]));
    receive(hello(false));
    receive(arrival(3));
    await call().fail(new Error('no answer'));
    expect(sequencesOf(state())).toEqual([3, 2, 1]);
  });
});

describe('a search', () => {
  test('is repeated when something has arrived, because only the emulator knows what matches', async () => {
    const { call, calls, receive, state, arrivals } = openFeed({ search: 'hello' });
    await call().answer(fakePage([2, 1]));
    receive(arrival(3), arrival(4));
    expect(calls).toHaveLength(2);
    expect(call().query.search).toBe('hello');
    await call().answer(fakePage([4, 2, 1]));
    expect(sequencesOf(state())).toEqual([4, 2, 1]);
    expect(arrivals).toEqual([[4]]);
  });

  test('is repeated once more for all that arrives while it is answered', async () => {
    const { call, calls, receive, state } = openFeed({ search: 'hello' });
    await call().answer(fakePage([1]));
    receive(arrival(2));
    receive(arrival(3));
    receive(arrival(4));
    expect(calls).toHaveLength(2);
    await call().answer(fakePage([2, 1]));
    expect(calls).toHaveLength(3);
    await call().answer(fakePage([4, 3, 2, 1]));
    expect(calls).toHaveLength(3);
    expect(sequencesOf(state())).toEqual([4, 3, 2, 1]);
  });

  test('is repeated after the list was read again meanwhile, for what arrived before and since', async () => {
    const { call, calls, receive, state } = openFeed({ search: 'hello' });
    await call().answer(fakePage([1]));
    receive(arrival(2));
    receive(hello(false));
    receive(arrival(4));
    expect(calls).toHaveLength(3);
    await calls[2]?.answer(fakePage([3, 1]));
    await calls[1]?.answer(fakePage([2, 1]));
    expect(sequencesOf(state())).toEqual([3, 1]);
    expect(calls).toHaveLength(4);
    await call().answer(fakePage([4, 3, 1]));
    expect(sequencesOf(state())).toEqual([4, 3, 1]);
  });

  test('keeps its matches when it cannot be repeated', async () => {
    const { call, receive, state } = openFeed({ search: 'hello' });
    await call().answer(fakePage([2]));
    receive(arrival(3));
    await call().fail(new Error('no answer'));
    expect(state().status).toBe('ready');
    expect(sequencesOf(state())).toEqual([2]);
  });
});

describe('older items', () => {
  test('are asked for from where the list ends, once', async () => {
    const { feed, call, calls, state } = openFeed();
    await call().answer(fakePage([9, 8], { total: 4, next: 8 }));
    void feed.loadOlder();
    void feed.loadOlder();
    expect(calls).toHaveLength(2);
    expect(call().query.before).toBe(8);
    await call().answer(fakePage([7, 6], { total: 4 }));
    expect(sequencesOf(state())).toEqual([9, 8, 7, 6]);
    void feed.loadOlder();
    expect(calls).toHaveLength(2);
  });

  test('can be asked for again after a failure', async () => {
    const { feed, call, calls } = openFeed();
    await call().answer(fakePage([9], { next: 9 }));
    void feed.loadOlder();
    await call().fail(new Error('no answer'));
    void feed.loadOlder();
    expect(calls).toHaveLength(3);
  });
});

describe('a list that cannot be loaded', () => {
  test('says why, and is loaded as soon as the emulator greets', async () => {
    const { call, calls, receive, state } = openFeed();
    await call().fail(new Error('The emulator does not answer.'));
    expect(state()).toMatchObject({ status: 'failed', error: 'The emulator does not answer.' });
    receive(hello(true));
    expect(calls).toHaveLength(2);
    await call().answer(fakePage([1]));
    expect(state().status).toBe('ready');
  });

  test('keeps what was loaded before', async () => {
    const { call, receive, state } = openFeed();
    await call().answer(fakePage([1]));
    receive(hello(false));
    await call().fail(new Error('no answer'));
    expect(state().status).toBe('ready');
    expect(sequencesOf(state())).toEqual([1]);
  });
});

test('a closed feed ignores what is still answered', async () => {
  const { feed, call, state } = openFeed();
  feed.close();
  await call().answer(fakePage([1]));
  expect(state().status).toBe('loading');
});
