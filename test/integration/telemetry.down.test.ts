import { expect, test } from 'vitest';
import { eventually } from '../setup/eventually.ts';
import { SENDER, uniquePhone } from '../setup/names.ts';
import { startOwnStack } from '../setup/ownStack.ts';
import { closedPort } from '../setup/processes.ts';
import { openQueues } from '../setup/storage.ts';
import { call, connectionOf } from '../setup/switchboard.ts';

test('without its collector Switchboard works as ever, and says so once', async () => {
  const stack = await startOwnStack({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await closedPort()}`,
    OTEL_EXPORTER_OTLP_TIMEOUT: '200',
    OTEL_BSP_SCHEDULE_DELAY: '50',
    OTEL_METRIC_EXPORT_INTERVAL: '100',
  });
  const body = { from: SENDER, smsRecipients: [{ to: uniquePhone() }], message: 'Hello' };
  const send = () => call(connectionOf(stack.switchboard), { method: 'POST', target: '/sms', body });
  const warnings = () => stack.log.filter((line) => line.includes('TelemetryWarning'));
  expect((await send()).status).toBe(202);
  await eventually('the log tells', () => warnings()[0]);
  const outcome = await openQueues(stack.storage).ask('send-sms', { body });
  expect(outcome).toMatchObject({ httpstatus: 202 });
  for (let round = 0; round < 20; round += 1) expect((await send()).status).toBe(202);
  await stack.stop(); // which sends what is left
  expect(warnings()).toEqual([expect.stringContaining('Telemetry could not be sent: ')]);
  expect(stack.log.join('\n')).not.toMatch(/unhandled/i);
  expect(stack.log.filter((line) => /sendSms 202/.test(line))).toHaveLength(22);
});
