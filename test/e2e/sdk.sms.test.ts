import { SmsClient } from '@azure/communication-sms';
import { describe, expect, inject, test } from 'vitest';
import { smsTo } from '../setup/emulator.ts';
import { SENDER, uniquePhone } from '../setup/names.ts';
import { INSECURE, overTls, SDK_TARGETS, TRUSTING, withWrongKey } from './targets.ts';

const { acs } = inject('stack');

describe.each(SDK_TARGETS)('SmsClient against $name', (target) => {
  test('sends one text to several recipients', async () => {
    const to = [uniquePhone(), uniquePhone()];
    const client = new SmsClient(target.connectionString, INSECURE);
    const options = { enableDeliveryReport: true, tag: 'sdk' };
    const results = await client.send({ from: SENDER, to, message: 'Hello 👋' }, options);
    expect(results).toMatchObject(to.map((number) => ({ to: number, successful: true, httpStatusCode: 202 })));
    for (const [index, number] of to.entries()) {
      expect(await smsTo(acs, number)).toMatchObject([
        { messageId: results[index]?.messageId, from: SENDER, message: 'Hello 👋', smsSendOptions: options },
      ]);
    }
  });

  test('sends over https', async () => {
    const to = uniquePhone();
    const client = new SmsClient(overTls(target), TRUSTING);
    const [result] = await client.send({ from: SENDER, to: [to], message: 'Hello' });
    expect(result?.successful).toBe(true);
    expect(await smsTo(acs, to)).toHaveLength(1);
  });

  test('is refused a sender that cannot be one', async () => {
    const client = new SmsClient(target.connectionString, INSECURE);
    const send = client.send({ from: 'not a sender!', to: [uniquePhone()], message: 'Hello' });
    await expect(send).rejects.toMatchObject({ name: 'RestError', statusCode: 400 });
  });

  test('is denied with a wrong key', async () => {
    const client = new SmsClient(withWrongKey(target), INSECURE);
    const send = client.send({ from: SENDER, to: [uniquePhone()], message: 'Hello' });
    await expect(send).rejects.toMatchObject({ name: 'RestError', statusCode: 401 });
  });
});
