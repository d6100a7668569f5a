import { describe, expect, test } from 'vitest';
import { createUserProofs } from '../../../shared/acs/userProofs.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { jwt } from '../../setup/credentials.ts';
import { fakeSession, type SentRequest } from './fixtures.ts';

const NOW = Date.parse('2026-01-15T08:30:00Z');

function rig() {
  const it = { now: NOW, asked: [] as string[], known: new Set<string>(), answered: Promise.resolve() };
  const acs = fakeSession(async ({ userToken = '' }: SentRequest) => {
    it.asked.push(userToken);
    await it.answered;
    if (it.known.has(userToken)) return { body: { value: [] } };
    throw new SwitchboardError('UpstreamRejected', 'No.', { upstream: { status: 401, code: 'Unauthorized' } });
  });
  const proofs = createUserProofs(() => new Date(it.now));
  return { it, proofs, prove: (token: string) => proofs.assertGenuine(acs, token) };
}

test('an accepted token is verified with ACS once, and again after five minutes', async () => {
  const { it, prove } = rig();
  it.known.add('anna');
  await prove('anna');
  it.now += 299_999;
  await prove('anna');
  expect(it.asked).toEqual(['anna']);
  it.now += 1;
  it.known.delete('anna'); // revoked
  await expect(prove('anna')).rejects.toMatchObject({ status: 401 });
});

test('a token that ACS rejects is not cached', async () => {
  const { it, prove } = rig();
  it.known.add('anna');
  await prove('anna');
  for (let call = 0; call < 2; call += 1) await expect(prove('ben')).rejects.toMatchObject({ status: 401 });
  expect(it.asked).toEqual(['anna', 'ben', 'ben']);
});

describe('after a revocation', () => {
  const GUIDS = '2f1e6d3c-8b4a-4c5d-9e7f-1a2b3c4d5e6f_0000001f-7a6b-5c4d-3e2f-1a0b9c8d7e6f';
  const id = `8:acs:${GUIDS}`;
  const tokenOf = (skypeid?: string) => jwt({ skypeid, exp: NOW / 1000 + 3600 });
  const anna = tokenOf(`acs:${GUIDS}`);

  test.each([
    ['in its usual spelling', id],
    ['in upper case', id.toUpperCase()],
    ['percent-encoded', encodeURIComponent(id)],
  ])('of a user %s, ACS is asked again about that user only', async (_, revoked) => {
    const { it, proofs, prove } = rig();
    const ben = tokenOf(`acs:${GUIDS.replace(/.$/, '0')}`);
    for (const token of [anna, ben]) it.known.add(token);
    await prove(anna);
    await prove(ben);
    proofs.forgetUser(revoked);
    it.known.clear();
    await prove(ben);
    await expect(prove(anna)).rejects.toMatchObject({ status: 401 });
    expect(it.asked).toEqual([anna, ben, anna]);
  });

  test('ACS is asked again about a token that names no user', async () => {
    const { it, proofs, prove } = rig();
    const token = tokenOf();
    it.known.add(token);
    await prove(token);
    proofs.forgetUser(id);
    await prove(token);
    expect(it.asked).toEqual([token, token]);
  });

  test('an answer that was on its way does not count', async () => {
    const { it, proofs, prove } = rig();
    it.known.add(anna);
    const { promise, resolve } = Promise.withResolvers<void>();
    it.answered = promise;
    const proven = prove(anna);
    proofs.forgetUser(id);
    resolve();
    await proven;
    await prove(anna);
    expect(it.asked).toEqual([anna, anna]);
  });
});
