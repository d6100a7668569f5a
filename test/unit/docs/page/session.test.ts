import { describe, expect, test, vi } from 'vitest';
import { Session } from '../../../../shared/docs/page/session.ts';
import { KEY } from '../../../../shared/signing/vectors.ts';

const ENDPOINT = 'https://switchboard.contoso.com';
const CONNECTION = `endpoint=${ENDPOINT}/;accesskey=${KEY}`;
const newSession = () => new Session({ page: ENDPOINT, server: ENDPOINT });

test('it signs from the moment a connection string is given until it is forgotten', async () => {
  const session = newSession();
  const listener = vi.fn();
  session.subscribe(listener);
  expect(session.signer).toBeUndefined();
  expect(session.reason).toMatch(/^Paste the connection string/);
  await session.connect(CONNECTION);
  expect(session.endpoint).toBe(ENDPOINT);
  expect(session.signer).toMatchObject({ host: 'switchboard.contoso.com', base: ENDPOINT });
  session.forget();
  expect([session.signer, session.endpoint]).toEqual([undefined, undefined]);
  expect(listener).toHaveBeenCalledTimes(2);
});

test('a connection string that is refused leaves no key, and an earlier one in place', async () => {
  const session = newSession();
  await expect(session.connect('endpoint=https://other.example;accesskey=YQ==')).rejects.toThrow(/other\.example/);
  await expect(session.connect(`endpoint=${ENDPOINT};accesskey=%%%`)).rejects.toThrow(/base64/);
  expect(session.signer).toBeUndefined();
  await session.connect(CONNECTION);
  await expect(session.connect('')).rejects.toThrow(/must read/);
  expect(session.endpoint).toBe(ENDPOINT);
});

test('nothing that it holds shows the key', async () => {
  const session = newSession();
  await session.connect(CONNECTION);
  const { inspect } = await import('node:util');
  expect(inspect(session, { depth: 9, showHidden: true }) + JSON.stringify(session)).not.toContain(KEY.slice(0, 12));
});

describe('the clock', () => {
  const server = 'Thu, 15 Jan 2026 08:30:00 GMT';
  test.each([
    ['2026-01-15T08:30:00Z', undefined],
    ['2026-01-15T08:30:40Z', undefined],
    ['2026-01-15T08:31:10Z', '1 minute ahead of'],
    ['2026-01-15T08:23:00Z', '7 minutes behind'],
    ['2026-01-15T11:30:00Z', '3 hours ahead of'],
  ])('%s is %s the server’s', (now, difference) => {
    const session = newSession();
    session.compareClock(server, new Date(now));
    if (difference === undefined) expect(session.clockNotice).toBeUndefined();
    else expect(session.clockNotice).toContain(`clock is ${difference} the server’s`);
  });

  test('is not judged by a response without a date', () => {
    const session = newSession();
    for (const date of [undefined, '', 'soon']) session.compareClock(date, new Date(0));
    expect(session.clockNotice).toBeUndefined();
  });
});
