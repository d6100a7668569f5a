import { type SmsOptOutRequest, type SmsOptOutResult, smsOptOutCheckResult } from '../contract/smsOptOuts.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import type { Repetition } from './request.ts';
import { type AcsSession, expectShape } from './session.ts';
import { laterVersion } from './smsOptions.ts';

export type OptOutAction = 'add' | 'remove' | 'check';

/** @see https://github.com/Azure/azure-rest-api-specs, specification/communication/data-plane/Sms */
const SINCE = '2024-12-10';

/** A repeated removal could undo an opt-out that a person has made in the meantime. */
const REPETITION: Readonly<Record<OptOutAction, Repetition>> = {
  add: 'recognised',
  remove: 'doubles',
  check: 'harmless',
};

/**
 * Adds, removes or checks opt-outs of 1–100 recipients at ACS. Each item of the result says whether that succeeded for its
 * recipient.
 *
 * @throws SwitchboardError `InvalidRequest` if the configured API version has no opt-outs
 */
export async function callOptOuts(
  acs: AcsSession,
  action: OptOutAction,
  body: SmsOptOutRequest,
): Promise<SmsOptOutResult> {
  assertHasOptOuts(acs.apiVersions.sms);
  const answer = await acs.send({
    service: 'sms',
    method: 'POST',
    path: `/sms/optouts:${action}`,
    body,
    repetition: REPETITION[action],
  });
  return expectShape(smsOptOutCheckResult, answer).body;
}

function assertHasOptOuts(apiVersion: string): void {
  if (apiVersion >= SINCE) return;
  throw new SwitchboardError('InvalidRequest', `Opt-outs require ${laterVersion(SINCE, apiVersion)}.`);
}
