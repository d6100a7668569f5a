import type { AcsPipelines } from './pipeline.ts';
import type { AcsRequest } from './request.ts';
import { requestUrl, type TransportOptions } from './transport.ts';
import { segment } from './urls.ts';

/** What ACS answered to a call that asks for nothing but whether it knows us. */
export interface ProbeAnswer {
  readonly status: number;
  /** How far our clock is ahead of ACS's, in milliseconds, within half a second; undefined where ACS told no time. */
  readonly clockAheadMilliseconds: number | undefined;
}

export type AcsProbe = (deadline: AbortSignal) => Promise<ProbeAnswer>;

const NOBODY = '8:acs:00000000-0000-0000-0000-000000000000_00000000-0000-0000-0000-000000000000';

/**
 * A token without any right, for nobody. ACS says 401 or 403 to a credential that it does not take, and else refuses the
 * request itself: 400 for the missing scopes (seen on the live service), or 404 for the unknown user. Whichever it looks at
 * first, nothing is issued or changed. It counts towards no quota of SMS or e-mail, and is one of 1,000 calls of this kind
 * that ACS takes in 30 seconds. That ACS looks at the credential before it looks at the body, is assumed.
 */
const PROBE: Omit<AcsRequest, 'clientRequestId'> = {
  service: 'identity',
  method: 'POST',
  path: `/identities/${segment(NOBODY)}/:issueAccessToken`,
  body: { scopes: [] },
  repetition: 'harmless',
  isCounted: true,
};

/** A date in a header is of whole seconds, and so behind by half a second in the middle. */
const HALF_SECOND_MILLISECONDS = 500;

/** Asks ACS once whether it takes our credential. The probe rejects when no answer arrives, or no Entra token does. */
export function createAcsProbe(options: TransportOptions): AcsProbe {
  let pipelines: Promise<AcsPipelines> | undefined;
  return async (deadline) => {
    pipelines ??= import('./pipeline.ts').then(({ createPipelines }) => createPipelines(options.access, options.now));
    const { send } = await pipelines;
    const request: AcsRequest = { ...PROBE, clientRequestId: crypto.randomUUID() };
    const sentAt = options.now().getTime();
    const { status, headers } = await send(requestUrl(options, request), request, deadline, () => undefined);
    const ourTime = (sentAt + options.now().getTime()) / 2;
    const acsTime = Date.parse(headers.get('date') ?? '') + HALF_SECOND_MILLISECONDS;
    return { status, clockAheadMilliseconds: Number.isNaN(acsTime) ? undefined : ourTime - acsTime };
  };
}
