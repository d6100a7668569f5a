import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { batchOf, over, submitted } from '../setup/batches.ts';
import { smsFrom } from '../setup/emulator.ts';
import { recipientsOf, uniquePacedSender, uniqueSender } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { closedPort, runProgram } from '../setup/processes.ts';
import { connectionOf, TEST_CLIENTS } from '../setup/switchboard.ts';

// The operator's emergency stop: cancels every batch of a client whose key has leaked, and no other.

let stack: OwnStack;
const folder = mkdtempSync(join(tmpdir(), 'switchboard-operator-'));

beforeAll(async () => {
  stack = await startOwnStack({ SMS_RATES_PER_MINUTE: '{"tollFree":60000,"longCode":60}' });
});
afterAll(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command with settings that contain these clients. */
function operator(clients: readonly object[] | string, ...args: readonly string[]) {
  return operatorWith(stack.storage, clients, ...args);
}

function operatorWith(storage: string | undefined, clients: readonly object[] | string, ...args: readonly string[]) {
  const file = join(folder, `${crypto.randomUUID()}.json`);
  const values = {
    AzureWebJobsStorage: storage,
    ACS_CONNECTION_STRING: stack.acsConnectionString,
    CLIENTS: typeof clients === 'string' ? clients : JSON.stringify(clients),
  };
  writeFileSync(file, JSON.stringify({ Values: values }));
  return runProgram('infra/operator/operator.ts', [...args, '--settings', file], { cwd: folder });
}

test('cancels scheduled and running batches, once, and only those of the client', async () => {
  const [leaked, other] = [connectionOf(stack.switchboard, 'plain'), connectionOf(stack.switchboard, 'everything')];
  const sendAt = new Date(Date.now() + 3_600_000).toISOString();
  const message = 'Hello';
  const from = uniquePacedSender();
  const running = await submitted(leaked, { from, message, recipients: recipientsOf(150) });
  const delayed = await submitted(leaked, { from: uniqueSender(), message, recipients: recipientsOf(3), sendAt });
  const done = await submitted(leaked, { from: uniqueSender(), message, recipients: recipientsOf(2) });
  const others = await submitted(other, { from: uniqueSender(), message, recipients: recipientsOf(3), sendAt });
  await over(leaked, done.id);

  const shown = await operator(Object.values(TEST_CLIENTS), 'cancel-client', 'plain');
  expect(shown).toMatchObject({ code: 0, log: '', output: expect.stringContaining("'plain' is in CLIENTS") });
  expect(shown.output).toContain(`${delayed.id}  scheduled for ${sendAt}: 3 of 3 recipients not sent to yet`);
  expect(shown.output).toContain(`${running.id}  running: `);
  expect(shown.output).toContain("2 batches of 'plain' in progress. Nothing was changed");
  expect(await batchOf(leaked, delayed.id)).toMatchObject({ state: 'scheduled' });

  const canceled = await operator([TEST_CLIENTS.everything], 'cancel-client', 'plain', '--yes');
  expect(canceled).toMatchObject({ code: 0, output: expect.stringContaining(`${delayed.id}  canceled: 3 of 3`) });
  expect(canceled.output).not.toContain('CLIENTS');
  const reason = 'Canceled by the operator.';
  for (const { id } of [running, delayed]) {
    expect(await batchOf(leaked, id)).toMatchObject({ state: 'canceled', reason });
  }
  const sentBefore = (await batchOf(leaked, running.id)).counts.accepted;
  expect(sentBefore).toBeLessThan(150);
  expect(await smsFrom(stack.acs, from)).toHaveLength(sentBefore);
  expect(await batchOf(leaked, done.id)).toMatchObject({ state: 'completed' });
  expect(await batchOf(other, others.id)).toMatchObject({ state: 'scheduled' });

  const inKeyVault = '@Microsoft.KeyVault(VaultName=v;SecretName=clients)';
  const again = await operator(inKeyVault, 'cancel-client', 'plain', '--yes');
  expect(again).toMatchObject({
    code: 0,
    log: '',
    output: expect.stringMatching(/Key Vault.*\nNo batch of 'plain' is in progress/),
  });
});

test('asks about the spelling of a name without batches', async () => {
  const mistyped = await operator(Object.values(TEST_CLIENTS), 'cancel-client', 'Plain', '--yes');
  expect(mistyped).toMatchObject({
    code: 0,
    output: expect.stringContaining("Is 'Plain' spelled as it was in CLIENTS"),
  });
});

test('exits with 2 and one line if nothing can be done', async () => {
  const wrong = await operator([], 'cancel-everything', 'plain');
  expect(wrong).toMatchObject({
    code: 2,
    output: '',
    log: expect.stringContaining("Unknown command 'cancel-everything'"),
  });
  const missing = await runProgram('infra/operator/operator.ts', ['cancel-client', 'plain', '--settings', 'no.env'], {
    cwd: folder,
  });
  expect(missing).toMatchObject({ code: 2, output: '', log: expect.stringContaining('no.env') });
  const help = await runProgram('infra/operator/operator.ts', ['--help'], { cwd: folder });
  expect(help).toMatchObject({ code: 0, log: '', output: expect.stringContaining('cancel-client <name>') });
});

test('reports an unreachable storage account before it does anything', async () => {
  const address = `127.0.0.1:${await closedPort()}`;
  const storage = stack.storage?.replace(/127\.0\.0\.1:\d+/g, address);
  const { code, output, log } = await operatorWith(storage, [], 'cancel-client', 'plain', '--yes');
  expect({ code, output }).toEqual({ code: 2, output: '' });
  expect(log).toMatch(new RegExp(`^Cannot connect to ${address} in AzureWebJobsStorage .*\\n→ Start the server`));
});
