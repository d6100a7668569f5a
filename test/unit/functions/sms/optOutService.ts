import * as z from 'zod';
import { readAcsError } from '../../../../shared/acs/acsError.ts';
import type { AnyOperation } from '../../../../shared/operation/definition.ts';
import type { FakeAnswer, SentRequest } from '../../acs/fixtures.ts';
import { type Got, KEYS, type Rig, type RigOptions, rig } from '../../operation/fixtures.ts';

export const FROM = '+18005550100';
export const ANNA = '+14255550101';
export const BEN = '+14255550102';

const request = z.object({ from: z.string(), recipients: z.array(z.object({ to: z.string() })) });

// Messages of Azure/azure-rest-api-specs, specification/communication/data-plane/Sms/stable/2026-01-23/examples/OptOut*.json
export const INVALID = { httpStatusCode: 400, errorMessage: 'Invalid recipient phone number format' };
export const FAILED = { httpStatusCode: 500, errorMessage: 'Internal Server Error' };

/** ACS's own list of opt-outs. Numbers that end in 500 fail. */
export class OptOutService {
  readonly optedOut = new Set<string>();
  /** Runs when a request has taken effect, before its answer. */
  onEffect: () => void | Promise<void> = () => undefined;

  readonly answer = async ({ path, body }: SentRequest): Promise<FakeAnswer> => {
    const { recipients } = request.parse(body);
    const action = path.slice(path.indexOf(':') + 1);
    const value = recipients.map(({ to }) => ({ to, ...this.#item(action, to) }));
    await this.onEffect();
    return { status: 200, body: { value } };
  };

  #item(action: string, to: string) {
    if (!/^\+[1-9]\d{6,14}$/.test(to)) return INVALID;
    if (to.endsWith('500')) return FAILED;
    if (action === 'add') this.optedOut.add(to);
    if (action === 'remove') this.optedOut.delete(to);
    return { httpStatusCode: 200, ...(action === 'check' ? { isOptedOut: this.optedOut.has(to) } : {}) };
  }
}

/** The answer of ACS is lost. */
export function lost({ path, repetition }: SentRequest): never {
  const facts = { service: 'sms', method: 'POST', path, repetition, clientRequestId: '' } as const;
  throw readAcsError({ error: new Error('socket hang up') }, facts, true);
}

export interface OptOutRig extends Rig {
  readonly service: OptOutService;
  readonly call: (operation: AnyOperation, numbers: readonly string[], more?: CallOptions) => Promise<Got>;
  /** Lets time pass. */
  readonly pass: (milliseconds: number) => void;
  /** Those of the numbers to which Switchboard does not send. */
  readonly blocked: (...numbers: string[]) => Promise<readonly string[]>;
}

interface CallOptions {
  readonly from?: string;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function optOutRig(options: RigOptions = {}): OptOutRig {
  const service = new OptOutService();
  const it = rig({ acs: service.answer, ...options });
  return {
    ...it,
    service,
    call: (operation, numbers, { from = FROM, key = KEYS.shop, headers = {} } = {}) => {
      const target = `/${operation.http.route}?api-version=2026-01-23`;
      const body = { from, recipients: numbers.map((to) => ({ to })) };
      return it.http(operation, { target, params: {}, body, key, headers, signedOn: it.clock.date });
    },
    pass: (milliseconds) => {
      it.clock.date = new Date(it.clock.date.getTime() + milliseconds);
    },
    blocked: async (...numbers) => {
      const optedOut = await it.runtime.optOuts.optedOut(FROM, numbers);
      return numbers.filter((number) => optedOut.has(number));
    },
  };
}
