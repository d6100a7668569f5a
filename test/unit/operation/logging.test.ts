import { InvocationContext } from '@azure/functions';
import { describe, expect, test } from 'vitest';
import { SwitchboardError, toSwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { logInvocation } from '../../../shared/operation/logging.ts';
import { errorAnswer } from '../../../shared/operation/response.ts';
import { greeting, rig } from './fixtures.ts';

const BODY = { from: '+18005550100' };

describe('any thrown value', () => {
  test('that is ours stays', () => {
    const error = new SwitchboardError('NotFound', 'x');
    expect(toSwitchboardError(error)).toBe(error);
  });

  test('that is not becomes its cause', () => {
    const cause = new TypeError('x is not a function');
    const error = toSwitchboardError(cause);
    expect(error).toMatchObject({ code: 'InternalServerError', cause });
    expect(error.message).not.toContain('function');
  });
});

test('the answer leaves out what the error does not have', () => {
  expect(errorAnswer(new SwitchboardError('NotFound', 'x'))).toEqual({
    status: 404,
    headers: { 'x-ms-error-code': 'NotFound', 'retry-after': undefined },
    body: { error: { code: 'NotFound', message: 'x' } },
  });
});

describe('the log', () => {
  test('has one line a call: operation, status, client, request id and what was wrong', async () => {
    const { http, log } = rig();
    const { headers } = await http(greeting(), { body: BODY });
    await http(greeting(), { body: BODY, key: null });
    const id = headers['x-ms-request-id'];
    expect(log).toEqual([
      expect.stringMatching(new RegExp(`^information: greet 200 \\d+ ms client=shop request=${id}$`)),
      expect.stringMatching(/^information: greet 401 \d+ ms client=- request=\S+ Denied/),
    ]);
  });

  test('of a message has the id that the queue gave it, not one that its sender chose', async () => {
    const { deliver, log } = rig();
    await deliver(greeting(), { id: 'order-1', client: 'shop', params: { name: 'Anna' }, body: BODY });
    expect(log).toEqual([expect.stringMatching(/^information: greet 200 \d+ ms client=shop request=queue-id$/)]);
  });

  test('tells all of an error that is not the caller’s, and masks it', () => {
    const log: string[] = [];
    const context = new InvocationContext({ logHandler: (level, ...args) => log.push(`${level}: ${args.join(' ')}`) });
    const error = new SwitchboardError('UpstreamDenied', 'refused', { cause: new Error('for anna@contoso.com') });
    const facts = { name: 'sendEmail', client: undefined, requestId: '+14255550123', startedAt: 0, error };
    logInvocation(context, { ...facts, status: 502 });
    expect(log).toEqual([
      expect.stringMatching(/^information: sendEmail 502 \d+ ms client=- request=\+1425••• UpstreamDenied$/),
      expect.stringMatching(
        /^error: sendEmail request=\+1425••• UpstreamDenied\n {4}at [\s\S]*\ncaused by Error\n {4}at /,
      ),
    ]);
    logInvocation(context, { ...facts, status: 404, error: new SwitchboardError('NotFound', 'x') });
    expect(log).toHaveLength(3);
  });

  test('has the name of a client only where there is one of this name', async () => {
    const { deliver, log } = rig();
    for (const client of ['shop\n[forged] line', 'nobody']) await deliver(greeting(), { client, body: BODY });
    expect(log).toHaveLength(2);
    for (const line of log)
      expect(line).toMatch(/^information: greet 401 \d+ ms client=- request=queue-id Denied target=client$/);
  });

  test('names a wrong field, but not one that the caller has named', async () => {
    const { http, log } = rig();
    await http(greeting(), { body: { from: 5 } });
    await http(greeting(), { body: { ...BODY, 'Anna\nBen': 1 } });
    await http(greeting(), { body: { ...BODY, Anna: 1 } });
    expect(log.map((line) => line.replace(/^.*request=\S+ /, ''))).toEqual([
      'InvalidRequest target=from',
      'InvalidRequest target=?',
      'InvalidRequest target=?',
    ]);
  });

  test('shows no secret of the request', async () => {
    const { http, log } = rig();
    const body = { from: '+18005550100', text: 'dear anna@contoso.com', '+14255550123': 1, 'ben@contoso.com': 2 };
    await http(greeting(), { body });
    expect(log.join()).not.toMatch(/anna|ben@|14255550123|18005550100/);
    expect(log.join()).toContain('InvalidRequest');
  });
});
