import { afterEach, beforeEach, expect, test } from 'vitest';
import { createUser, IDENTITIES, PRIMARY_KEY, type Rig, SECONDARY_KEY, startRig, THREADS } from './harness.ts';

const lines: string[] = [];
let rig: Rig;

beforeEach(async () => {
  lines.length = 0;
  rig = await startRig({ log: (line) => lines.push(line) });
});

afterEach(() => rig.close());

const regenerate = (name: string) => rig.call('POST', `/_emulator/keys/${name}:regenerate`, { key: null });
const statusWith = async (key: string) => (await rig.call('POST', IDENTITIES, { key })).status;

test('a regenerated key replaces the old one at once and does not affect the other', async () => {
  const { status, body } = await regenerate('primary');
  expect(status).toBe(200);
  expect(body).toMatchObject({ secondaryKey: SECONDARY_KEY });
  expect(body.primaryConnectionString).toBe(`endpoint=${rig.emulator.url}/;accesskey=${body.primaryKey}`);
  expect(await statusWith(PRIMARY_KEY)).toBe(401);
  expect(await statusWith(SECONDARY_KEY)).toBe(201);
  expect(await statusWith(body.primaryKey)).toBe(201);
  const second = await regenerate('secondary');
  expect(second.body.primaryKey).toBe(body.primaryKey);
  expect(await statusWith(SECONDARY_KEY)).toBe(401);
  expect(await statusWith(second.body.secondaryKey)).toBe(201);
});

test('regenerating a key revokes user tokens', async () => {
  const user = await createUser(rig);
  await regenerate('secondary');
  expect(await rig.call('GET', THREADS, { token: user.token })).toMatchObject({ status: 401 });
});

test('there is no third key', async () => {
  expect(await regenerate('tertiary')).toMatchObject({ status: 400 });
});

test('the log contains neither old nor new keys', async () => {
  const { primaryKey } = (await regenerate('primary')).body;
  for (const key of [PRIMARY_KEY, primaryKey])
    await rig.call('GET', `/_emulator/${encodeURIComponent(key)}`, { key: null });
  expect(lines.filter((line) => line.includes('•••'))).toHaveLength(2);
  for (const key of [PRIMARY_KEY, primaryKey]) expect(lines.join('\n')).not.toContain(encodeURIComponent(key));
});
