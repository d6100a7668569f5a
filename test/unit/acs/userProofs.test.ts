import { expect, test } from 'vitest';
import { createUserProofs } from '../../../shared/acs/userProofs.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { fakeSession, type SentRequest } from './fixtures.ts';

const NOW = Date.parse('2026-01-15T08:30:00Z');

function rig() {
  const it = { now: NOW, asked: [] as string[], known: new Set<string>() };
  const acs = fakeSession(({ userToken = '' }: SentRequest) => {
    it.asked.push(userToken);
    if (it.known.has(userToken)) return { body: { value: [] } };
    throw new SwitchboardError('UpstreamRejected', 'No.', { upstream: { status: 401, code: 'Unauthorized' } });
  });
  const proofs = createUserProofs(() => new Date(it.now));
  return { it, prove: (token: string) => proofs.assertGenuine(acs, token) };
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
