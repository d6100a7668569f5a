import { type AcsRequest, requestUrl, segment } from './request.ts';
import { lazyPipelines, type TransportOptions } from './transport.ts';

export interface ProbeAnswer {
  readonly status: number;
  /** How far our clock is ahead of ACS's, within half a second; undefined if the response had no date. */
  readonly clockAheadMilliseconds: number | undefined;
}

export type AcsProbe = (deadline: AbortSignal) => Promise<ProbeAnswer>;

const UNKNOWN_USER = '8:acs:00000000-0000-0000-0000-000000000000_00000000-0000-0000-0000-000000000000';

/**
 * A request for a token without scopes, for a user that does not exist. ACS responds with 401 or 403 to invalid
 * credentials. Otherwise it rejects the request: 400 for the missing scopes (observed on the live service) or 404 for the
 * unknown user; either way, it issues and changes nothing. The request counts towards no quota of SMS or email, and is one
 * of 1,000 of its kind in 30 seconds. We assume that ACS checks the credential before the body.
 */
const PROBE: Omit<AcsRequest, 'clientRequestId'> = {
  service: 'identity',
  method: 'POST',
  path: `/identities/${segment(UNKNOWN_USER)}/:issueAccessToken`,
  body: { scopes: [] },
  repetition: 'harmless',
  isCounted: true,
};

/** Dates in headers are truncated to seconds, and so late by half a second on average. */
const HALF_SECOND_MILLISECONDS = 500;

/** Checks whether ACS accepts our credential. The probe rejects if no response or no Entra token arrives. */
export function createAcsProbe(options: TransportOptions): AcsProbe {
  const pipelines = lazyPipelines(options);
  return async (deadline) => {
    const { send } = await pipelines();
    const request: AcsRequest = { ...PROBE, clientRequestId: crypto.randomUUID() };
    const sentAt = options.now().getTime();
    const url = requestUrl(options.access.endpoint, request, options.apiVersions);
    const { status, headers } = await send(url, request, deadline, () => undefined);
    const ourTime = (sentAt + options.now().getTime()) / 2;
    const acsTime = Date.parse(headers.get('date') ?? '') + HALF_SECOND_MILLISECONDS;
    return { status, clockAheadMilliseconds: Number.isNaN(acsTime) ? undefined : ourTime - acsTime };
  };
}
